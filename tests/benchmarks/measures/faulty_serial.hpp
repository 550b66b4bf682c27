// serial with a planted fault: the model that a measure's check has to see through.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>

#include "impl/serial/serial.hpp"
#include "workloads/workload.hpp"

namespace unitcost::test {

/// What goes wrong with which unit (spawned or called) of which run, both counted from 0.
struct fault {
  enum class kind { none, lose, repeat, corrupt };
  kind what = kind::none;
  std::uint64_t run = 0;
  std::uint64_t unit = 0;
};

class faulty_serial : public models::serial {
 public:
  static constexpr std::string_view name = "faulty_serial";
  inline static fault planted;  ///< for the next instance: a measure makes its model by itself

  struct context {
    faulty_serial& model;

    struct scope {
      explicit scope(context& parent) : parent_(parent) {}
      template <class Result, class Unit>
      void spawn(Result& result, Unit const& unit) {
        call(result, unit);
      }
      template <class Result, class Unit>
      void call(Result& result, Unit const& unit) {
        fault::kind const what = parent_.model.next_unit();
        if (what == fault::kind::lose) return;
        result = unit(parent_);
        if (what == fault::kind::repeat) result = unit(parent_);
        if (what == fault::kind::corrupt) damage(result);
      }
      void join() {}

     private:
      context& parent_;
    };
  };

  faulty_serial(options const& how, placement const& where) : serial(how, where), fault_(planted) {}

  template <class Root>
  auto run(Root root) {
    units_ = 0;
    context only{*this};
    auto const result = root(only);
    ++runs_;
    return result;
  }

 private:
  fault::kind next_unit() {
    bool const is_struck = runs_ == fault_.run && units_ == fault_.unit;
    ++units_;
    return is_struck ? fault_.what : fault::kind::none;
  }
  static void damage(std::integral auto& result) { result ^= 1; }
  static void damage(outcome& result) { result.checksum ^= 1; }

  fault fault_;
  std::uint64_t runs_ = 0;
  std::uint64_t units_ = 0;
};

static_assert(direct_model<faulty_serial>);

}  // namespace unitcost::test
