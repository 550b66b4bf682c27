#!/usr/bin/env bash
# Puts scipy into a Python environment without installing its package: unpack_scipy.sh PYTHON
#
# Debian 12's python3-scipy depends on python3-pythran and through it on Boost 1.74's headers, which cannot be installed
# beside Boost 1.81's. scipy itself needs neither, so its package is unpacked into the environment of PYTHON; the
# libraries that it loads (BLAS, LAPACK, gfortran's, L-BFGS-B) are installed by setup.sh.
set -euo pipefail

python=$1
site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cd "$scratch"
apt-get download python3-scipy python3-decorator
for package in ./*.deb; do dpkg-deb --extract "$package" .; done
cd usr/lib/python3/dist-packages
PYTHONPATH=$PWD PYTHONDONTWRITEBYTECODE=1 "$python" -c 'import scipy.stats'

# scipy's folder takes its name last: its presence says that all of it is there.
rm -rf "$site/.scipy-incomplete"
mv scipy "$site/.scipy-incomplete"
cp -r . "$site"
mv -T "$site/.scipy-incomplete" "$site/scipy"
