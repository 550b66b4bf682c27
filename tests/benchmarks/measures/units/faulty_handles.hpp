// stackful with planted faults in the handles that its units hold each other by.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "impl/runtime/scope_of.hpp"
#include "impl/stackful/stackful.hpp"

namespace unitcost::test {

/// Nothing is wrong; a fault derives from it and hides one of these.
struct sound_handle {
  using real_handle = fibers::held_fiber;

  static void join(real_handle& held) { held.join(); }
  static bool join_within(real_handle& held, std::int64_t limit_ns) { return held.join_within(limit_ns); }
  static bool alive(real_handle& held) { return held.alive(); }
  static std::string_view name(real_handle const& held) { return held.name(); }
  /// What it is started as, where the starter asked for a daemon or for none.
  static bool daemon(bool asked) { return asked; }
};

template <class Fault>
class faulty_handles : public models::stackful {
 public:
  static constexpr std::string_view name = "faulty_handles";
  using models::stackful::stackful;

  class handle {
   public:
    explicit handle(fibers::held_fiber held) : held_(std::move(held)) {}

    void join() { Fault::join(held_); }
    bool join_within(std::int64_t limit_ns) { return Fault::join_within(held_, limit_ns); }
    bool alive() { return Fault::alive(held_); }
    std::string_view name() const { return Fault::name(held_); }
    bool daemon() const { return held_.daemon(); }

   private:
    fibers::held_fiber held_;
  };

  struct context {
    models::stackful::context& real;

    struct scope : runtime::scope_of<context> {
      using runtime::scope_of<context>::scope_of;
      template <class Result, class Unit>
      void spawn(Result& result, Unit unit) {
        this->call(result, unit);
      }
      void join() {}
    };

    void sleep_since(std::int64_t since_ns, std::int64_t delay_ns) { real.sleep_since(since_ns, delay_ns); }

    template <class Body>
    handle start(started_as as, Body body) {
      as.daemon = Fault::daemon(as.daemon);
      return handle(real.start(as, [body](models::stackful::context& started) mutable {
        context own{started};
        body(own);
      }));
    }
  };

  template <class Root>
  static auto run_on_caller(options const& stacks, placement const& where, Root root) {
    return stackful::run_on_caller(stacks, where, [&root](models::stackful::context& real) {
      context own{real};
      return root(own);
    });
  }
};

static_assert(holding<faulty_handles<sound_handle>::context>);

}  // namespace unitcost::test
