// A model that meets its limit in the midst of spawning.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

#include "impl/model.hpp"
#include "impl/runtime/stream.hpp"

namespace unitcost::test {

/// Model in all but that a scope refuses its third unit.
template <class Model>
struct refusing : Model {
  using sound = Model;
  static constexpr unsigned most_units = 2;

  struct context {
    using sound = typename Model::context;

    class scope {
     public:
      explicit scope(context& parent) : units_(parent.own) {}
      template <class Result, class Unit>
      void spawn(Result& result, Unit unit) {
        if (spawned_++ == most_units) throw limit_reached("planted limit of two units");
        units_.spawn(result, [unit](sound& own) {
          context self{own};
          return unit(self);
        });
      }
      void join() { units_.join(); }

     private:
      typename sound::scope units_;
      unsigned spawned_ = 0;
    };

    runtime::transferred read_some(runtime::stream& from, std::span<std::byte> into) requires conversing<sound> {
      return own.read_some(from, into);
    }
    runtime::transferred write_some(runtime::stream& to, std::span<std::byte const> from) requires conversing<sound> {
      return own.write_some(to, from);
    }

    runtime::transferred accept(runtime::stream& listener) requires conversing<sound> { return own.accept(listener); }

    sound& own;
  };

  using Model::Model;

  template <class Root>
  auto run(Root root) {
    return Model::run([&root](typename Model::context& own) { return run_root(root, own); });
  }
  template <class Root>
  static auto run_on_caller(typename Model::options const& how, placement const& where,
                            Root root) requires caller_run<Model> {
    return Model::run_on_caller(how, where, [&root](typename Model::context& own) { return run_root(root, own); });
  }

 private:
  template <class Root>
  static auto run_root(Root& root, typename Model::context& own) {
    context self{own};
    return root(self);
  }
};

}  // namespace unitcost::test
