#!/bin/sh
# Fetches what the workflow `measure` measured last, with success, on BRANCH, into DIR: base_run.sh BRANCH DIR
# Needs GitHub's gh, with GH_TOKEN and GH_REPO (owner/name) in the environment. A branch without such a run, or one of which GitHub
# does not keep it any longer, is no failure: DIR is not made then.
set -eu
branch=$1 directory=$2
runs="repos/$GH_REPO/actions/workflows/measure.yml/runs?branch=$branch&status=success&per_page=1"
run=$(gh api "$runs" --jq '.workflow_runs[0].id // empty')
if [ -z "$run" ]; then
  echo "base_run.sh: nothing was measured on $branch yet" >&2
  exit
fi
artifacts="repos/$GH_REPO/actions/runs/$run/artifacts?name=run"
kept=$(gh api "$artifacts" --jq '.artifacts[] | select(.expired | not) | .id')
if [ -z "$kept" ]; then
  echo "base_run.sh: what was measured last on $branch is not kept any longer" >&2
  exit
fi
gh run download "$run" --name run --dir "$directory"
