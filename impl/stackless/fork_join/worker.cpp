#include "impl/stackless/fork_join/worker.hpp"

#include <cstdio>
#include <cstdlib>
#include <new>

namespace unitcost::stackless_runtime {

namespace {

// What plain calls may take of a thread's stack, which has 8 MiB by default; the rest is for what the units call. Some
// two thousand levels: far more than a graph that is worth spawning has, and one promotion in so many calls costs
// nothing where there are more.
constexpr std::uintptr_t plain_call_stack_bytes = 256u << 10;

}  // namespace

void worker::drive(unit& first) {
  stack_floor_ = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0)) - plain_call_stack_bytes;
  for (unit* next = &first; next != nullptr;) next = resume(*next);
}

/// The unit to go on with. `ready` and the plain calls above it have all been left when control comes back.
unit* worker::resume(unit& ready) {
  promoted_ = last_to_leave_ = nullptr;
  waits_ = false;
  ready.handle().resume();
  if (promoted_ != nullptr) return promote(ready);
  if (waits_) return nullptr;
  return finish(ready);
}

unit* worker::promote(unit& base) {
  if (last_to_leave_ != &base) report_task_not_awaited();
  if (publish_parents_of(*promoted_, base)) sleepers_.notify();
  return promoted_;
}

/// From the base, the oldest, to the child's own parent. True when something became shared. The recursion is no deeper
/// than the plain calls were that it undoes, and its frames are smaller.
bool worker::publish_parents_of(unit& child, unit const& base) {
  if (&child == &base) return false;
  unit& parent = *child.parent();
  bool const older_shared = publish_parents_of(parent, base);
  if (child.how() != start::spawned) return older_shared;  // the parent waits for what it called
  // Allowed before the push, which finds out whether everything was stolen: see plain_start.
  starts_->allow_above(stack_floor_);
  try {
    return continuations_.push(&parent) || older_shared;
  } catch (std::bad_alloc const&) {
    child.continue_below(parent, start::called);  // offered to nobody: what was spawned becomes a call
    return older_shared;
  }
}

unit* worker::finish(unit& ended) {
  // A unit that an exception ended, or that forgot its join, may have children that still write into its frame.
  if (ended.join().was_stolen() && !ended.join().arrive_at_join()) return nullptr;
  unit* const parent = ended.parent();
  if (parent == nullptr) {
    run.end();  // the root, whose frame is its maker's
    return nullptr;
  }
  start const how = ended.how();
  if (ended.failed()) parent->set_failed();
  ended.free_frame_anywhere();  // before the parent goes on: when the root has ended, every other frame is free
  return take_back_parent_of(how, *parent);
}

unit* worker::take_back_parent_of(start how, unit& parent) {
  if (how == start::called) return &parent;
  // What this worker pushed last is the continuation of the parent: whatever it pushed later it has taken back.
  bool const taken_back = continuations_.take_back();
  // This look follows the owner's last store in S (work_stealing_deque.hpp), as a thief's follows its taking: so the
  // later of both sees that nothing is left. A look too many costs one promotion too many.
  if (continuations_.looks_empty()) starts_->forbid();
  if (taken_back) return &parent;
  if (!parent.join().child_arrives()) return nullptr;
  // The last child resumes the parent, or ends it: one that ended without a join has waited for its children. This
  // worker's deque is empty: thieves take the oldest first, so all that was below the parent was stolen before it.
  return parent.handle().done() ? finish(parent) : &parent;
}

void worker::report_task_not_awaited() {
  std::fputs("stackless: a task was not awaited in the expression that made it; pass it to spawn or call there\n",
             stderr);
  std::abort();
}

unit* worker::steal_continuation() {
  unit* const stolen = continuations_.steal();
  if (stolen == nullptr) return nullptr;
  if (continuations_.looks_empty()) starts_->forbid();
  stolen->join().count_steal();
  return stolen;
}

}  // namespace unitcost::stackless_runtime
