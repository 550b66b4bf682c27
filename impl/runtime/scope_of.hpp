// What the scopes of the direct models have in common.
#pragma once

namespace unitcost::runtime {

/// A scope belongs to one unit, its parent, whose context it refers to; so it is never copied. How it spawns and joins
/// is the model's; `call` is the same everywhere: the unit runs in place, in its parent's own unit.
template <class Context>
class scope_of {
 public:
  explicit scope_of(Context& parent) : parent_(parent) {}
  scope_of(scope_of const&) = delete;
  scope_of& operator=(scope_of const&) = delete;

  template <class Result, class Unit>
  void call(Result& result, Unit&& unit) {
    result = unit(parent_);
  }

 protected:
  ~scope_of() = default;

  Context& parent_;
};

}  // namespace unitcost::runtime
