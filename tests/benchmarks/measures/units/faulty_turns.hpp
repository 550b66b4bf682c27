// stackful with planted faults in how its units switch to each other.
#pragma once

#include <string_view>

#include "impl/runtime/channel.hpp"
#include "impl/runtime/scope_of.hpp"
#include "impl/stackful/stackful.hpp"

namespace unitcost::test {

/// Nothing is wrong; a fault derives from it and hides one of these.
struct sound_turns {
  using real_context = models::stackful::context;

  [[gnu::always_inline]] static void give_turn(real_context& unit) { unit.give_turn(); }
  static void transfer_to(real_context& unit, real_context& parked) { unit.transfer_to(parked); }
  template <class Context, class T>
  using channel = runtime::channel<Context, T>;
};

template <class Fault>
class faulty_turns : public models::stackful {
 public:
  static constexpr std::string_view name = "faulty_turns";
  using models::stackful::stackful;

  struct context {
    models::stackful::context& real;

    class scope : public runtime::scope_of<context> {
     public:
      explicit scope(context& parent) : runtime::scope_of<context>(parent), children_(parent.real) {}
      template <class Result, class Unit>
      void spawn(Result& result, Unit unit) {
        children_.spawn(result, [unit](models::stackful::context& real) {
          context own{real};
          return unit(own);
        });
      }
      void join() { children_.join(); }

     private:
      models::stackful::context::scope children_;
    };

    [[gnu::always_inline]] void give_turn() { Fault::give_turn(real); }
    void park() { real.park(); }
    void wake(context& parked) { real.wake(parked.real); }
    void transfer_to(context& parked) { Fault::transfer_to(real, parked.real); }
  };
  template <class T>
  using channel = typename Fault::template channel<context, T>;

  template <class Root>
  auto run(Root root) {
    return stackful::run([&root](models::stackful::context& real) {
      context own{real};
      return root(own);
    });
  }
  template <class Root>
  static auto run_on_caller(options const& stacks, placement const& where, Root root) {
    return stackful::run_on_caller(stacks, where, [&root](models::stackful::context& real) {
      context own{real};
      return root(own);
    });
  }
};

static_assert(transferring<faulty_turns<sound_turns>::context> && channel_model<faulty_turns<sound_turns>>);

}  // namespace unitcost::test
