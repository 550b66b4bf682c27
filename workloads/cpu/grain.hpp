// grain: waves of equal units, each a kernel of a length that the caller chooses. It finds the shortest task for
// which a model is still worth its price (METG; Slaughter et al., "Task Bench", SC20).
//
// One wave is one flat scope: `width` units are spawned and joined before the next wave begins. There is no
// spawn depth.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "workloads/outcome_sum.hpp"
#include "workloads/parameter_range.hpp"
#include "workloads/splitmix64.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct grain {
  static constexpr std::string_view name = "grain";
  static constexpr unsigned most_width = 64;  // results of a wave: 1 KiB of the root's stack or frame

  struct parameters {
    unsigned width = 16;
    unsigned steps = 64;
    std::uint64_t iterations = 1000;
  };
  using input = parameters;

  static std::string label(parameters const& p) {
    return "width:" + std::to_string(p.width) + "/steps:" + std::to_string(p.steps) +
           "/iterations:" + std::to_string(p.iterations);
  }
  static std::size_t memory_bytes(parameters const&) { return 0; }
  static input prepare(parameters const& p, std::span<std::byte>) {
    require_within(name, "width", p.width, 1, most_width);
    return p;
  }

  /// The leaf kernel: `iterations` steps of Marsaglia's xorshift64 ("Xorshift RNGs", 2003; shifts 13, 7, 17), each
  /// of which needs the one before: time is proportional to `iterations`, whatever the vector width. `seed` != 0.
  ///
  /// The empty asm makes each step opaque: no compiler may remove or merge steps, or run two kernels side by side in
  /// vector registers. Not inlined: a calibration times the very code that units run.
  [[gnu::noinline]] static std::uint64_t kernel(std::uint64_t seed, std::uint64_t iterations) {
    std::uint64_t x = seed;
    for (std::uint64_t i = 0; i < iterations; ++i) {
      x ^= x << 13;
      x ^= x >> 7;
      x ^= x << 17;
      asm volatile("" : "+r"(x));
    }
    return x;
  }

  static std::uint64_t serial(input const& in) {
    std::uint64_t total = 0;
    for (unsigned step = 0; step < in.steps; ++step)
      for (unsigned unit = 0; unit < in.width; ++unit) total += mix(kernel(seed(in, step, unit), in.iterations));
    return total;
  }
  static outcome oracle(parameters const& p) { return {1 + std::uint64_t{p.width} * p.steps, serial(prepare(p, {}))}; }

  template <class Context>
  static outcome direct(Context& context, input const& in) {
    outcome total{1, 0};
    for (unsigned step = 0; step < in.steps; ++step) {
      wave_outcomes results;
      typename Context::scope wave(context);
      for (unsigned unit = 0; unit < in.width; ++unit)
        wave.spawn(results[unit], [first = seed(in, step, unit), iterations = in.iterations](Context&) {
          return leaf(first, iterations);
        });
      wave.join();
      add(total, std::span(results).first(in.width));
    }
    return total;
  }

  template <class Model>
  static typename Model::template task<outcome> awaited(input in) {
    outcome total{1, 0};
    for (unsigned step = 0; step < in.steps; ++step) {
      wave_outcomes results;
      for (unsigned unit = 0; unit < in.width; ++unit)
        co_await Model::spawn(results[unit], awaited_leaf<Model>(seed(in, step, unit), in.iterations));
      co_await Model::join();
      add(total, std::span(results).first(in.width));
    }
    co_return total;
  }

 private:
  /// Empty at the start of each wave, so that a unit lost in this wave is not covered by the last one's result.
  using wave_outcomes = std::array<outcome, most_width>;

  /// Different in each wave: a unit that ran with an earlier wave's input is noticed. Odd, hence never 0.
  static std::uint64_t seed(input const& in, unsigned step, unsigned unit) {
    return mix(std::uint64_t{step} * in.width + unit) | 1;
  }
  static outcome leaf(std::uint64_t first, std::uint64_t iterations) { return {1, mix(kernel(first, iterations))}; }

  template <class Model>
  static typename Model::template task<outcome> awaited_leaf(std::uint64_t first, std::uint64_t iterations) {
    co_return leaf(first, iterations);
  }

  static void add(outcome& total, std::span<outcome const> wave) {
    outcome const sum = sum_of(wave);
    total.units += sum.units;
    total.checksum += sum.checksum;
  }
};

static_assert(cpu_workload<grain>);

}  // namespace unitcost::workloads
