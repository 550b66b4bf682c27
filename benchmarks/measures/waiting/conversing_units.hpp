// How the measures of units that converse deal with the three kinds of them: those whose calls block a kernel thread
// that is theirs, those that a reactor resumes, and those that must not wait, since they would hold their worker.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "benchmarks/harness/cases/profile.hpp"
#include "benchmarks/measures/model_cases.hpp"
#include "benchmarks/measures/together.hpp"
#include "benchmarks/measures/waiting/readiness_loop.hpp"
#include "impl/model.hpp"
#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/stream.hpp"
#include "workloads/io/conversation.hpp"
#include "workloads/io/halting_conversation.hpp"

namespace unitcost::measures {

/// Where a unit is while it waits for a descriptor.
enum class waiting_place : std::uint8_t {
  in_a_reactor,   ///< which resumes it on the worker that it shares with others
  in_the_kernel,  ///< it is a kernel thread, or has one for itself
  on_its_worker   ///< which it would keep from the others: so it must not wait
};

template <class Model>
constexpr waiting_place waits_where() {
  if constexpr (turns_model<Model>)
    return waiting_place::in_a_reactor;
  else if constexpr (conversing<typename Model::context>)
    return waiting_place::in_a_reactor;
  else if constexpr (Model::abilities.preemptive && Model::abilities.waits_without_worker)
    return waiting_place::in_the_kernel;
  else
    return waiting_place::on_its_worker;
}

/// Whether a unit can wait while the others run.
template <class Model>
constexpr bool waits_beside_others() {
  return waits_where<Model>() != waiting_place::on_its_worker;
}

/// Another way of a model to have such units than the one by which it is known, as in case names ("over:io_uring");
/// empty for that one. It may not be there: `Model::why_not_here()`.
template <class Model>
constexpr std::string_view way_of() {
  if constexpr (requires { Model::way; })
    return Model::way;
  else
    return {};
}

/// The smallest profile that may have cases of a model's way: standard shows what the way is worth by coroutines, which
/// cost least beside their waiting, and full by all others.
template <class Model>
constexpr harness::profile least_of_way() {
  if (way_of<Model>().empty()) return harness::profile::quick;
  return turns_model<Model> ? harness::profile::standard : harness::profile::full;
}

/// Whether units share a worker, one of them running at a time, so that none comes between another's.
template <class Model>
constexpr bool shares_its_worker() {
  return waits_where<Model>() != waiting_place::in_the_kernel;
}

/// Whether the descriptors of a model's units are non-blocking: where nobody's call may block the worker of others. Not
/// where units make no calls: io_uring would not wait for such descriptors either.
template <class Model>
constexpr bool wants_non_blocking() {
  return waits_where<Model>() == waiting_place::on_its_worker ||
         (waits_where<Model>() == waiting_place::in_a_reactor && way_of<Model>().empty());
}

/// What a unit that does not converse by itself calls: it is a kernel thread, which they block.
template <class Context>
struct calls_of {
  Context& unit;

  runtime::transferred read_some(runtime::stream& from, std::span<std::byte> into) {
    if constexpr (conversing<Context>)
      return unit.read_some(from, into);
    else
      return runtime::read_some(from.descriptor(), into);
  }
  runtime::transferred write_some(runtime::stream& to, std::span<std::byte const> from) {
    if constexpr (conversing<Context>)
      return unit.write_some(to, from);
    else
      return runtime::write_some(to.descriptor(), from);
  }
  runtime::transferred accept(runtime::stream& listener) {
    if constexpr (conversing<Context>)
      return unit.accept(listener);
    else
      return runtime::accept_one(listener.descriptor(), 0);
  }
};

/// One end of a connection, while its unit lives.
struct socket_streams {
  explicit socket_streams(int socket) : in(socket) {}
  runtime::stream in;
  runtime::stream& out = in;
};

/// What a unit does with its part of a run, for run_together. Of unit `index` the run knows `opener_for`, `part_of` and
/// `observer_for`, which workloads::converse takes, and has `units[index].done`, where it leaves what came of it.
struct conversing_by_part {
  template <class Model, class Run>
  static void direct(typename Model::context& unit, Run& all, unsigned index) {
    workloads::converse(calls_of<typename Model::context>{unit}, all.opener_for(index), all.part_of(index),
                        all.units[index].done, all.observer_for(index));
  }
  template <class Model, class Run>
  static typename Model::turns::unit awaited(typename Model::turns& among, Run& all, unsigned index) {
    return workloads::converse_awaited<Model>(among, all.opener_for(index), all.part_of(index), all.units[index].done,
                                              all.observer_for(index));
  }
  /// For a readiness loop.
  template <class Run>
  class halting {
   public:
    static std::size_t room_for(Run& all, unsigned index) {
      return workloads::halting_conversation::room_for(all.part_of(index));
    }
    halting(Run& all, unsigned index, std::span<std::byte> room)
        : all_(all), index_(index), part_(all.part_of(index), room) {}

    template <class Calls, class Streams>
    bool go_on(Calls&& calls, Streams& ends) {
      return part_.go_on(calls, ends, all_.units[index_].done, all_.observer_for(index_));
    }

   private:
    Run& all_;
    unsigned index_;
    workloads::halting_conversation part_;
  };
};

/// Runs `units` parts on one worker, as `Body` has them: each by a unit of its own where that can wait beside the
/// others, else by tasks that a readiness loop hands out.
template <class Model, class Body = conversing_by_part, class Run>
void converse_all(placement const& where, std::uint32_t units, Run& all) {
  auto const options = Model::variants().front().options;
  if constexpr (waits_beside_others<Model>())
    run_together<Body, Model>(options, where, units, all);
  else
    converse_by_readiness<typename Body::template halting<Run>, Model>(options, where, units, all);
}

/// Why `units` units of a model cannot converse, each over so many descriptors of the process; empty where they
/// can. `unit_limit` is for units that wait.
std::string why_no_conversation(std::string_view model, std::uint64_t unit_limit, std::uint32_t units,
                                unsigned descriptors_each = 2);

template <class Model>
std::string why_no_conversation(std::uint32_t units, unsigned descriptors_each = 2) {
  if constexpr (!way_of<Model>().empty())
    if (auto why = Model::why_not_here(); !why.empty()) return why;
  if constexpr (why_none_together<Model>().empty())
    return why_no_conversation(
        Model::name, waits_beside_others<Model>() ? Model::unit_limit(Model::variants().front().options) : units, units,
        descriptors_each);
  else
    return std::string(why_none_together<Model>());
}

}  // namespace unitcost::measures
