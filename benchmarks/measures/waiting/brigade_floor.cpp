#include "benchmarks/measures/waiting/brigade_floor.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <stdexcept>

#include "impl/runtime/descriptor_io.hpp"
#include "impl/runtime/epoll_set.hpp"

namespace unitcost::measures {

namespace {

class bucket_chain {
 public:
  explicit bucket_chain(brigade_run& run) : run_(run) {
    for (std::uint32_t unit = 0; unit < run_.what.units; ++unit)
      epoll_.add(run_.pipes[unit].reading.get(), EPOLLIN | EPOLLET, unit);
  }

  void work() {
    lead();
    while (run_.units[0].done.rounds < run_.what.laps) {
      for (epoll_event const& each : epoll_.wait()) serve(each.data.u32);
    }
  }

 private:
  /// Unit 0 begins its next lap, if there is one.
  void lead() {
    carrier& own = run_.units[0];
    std::uint64_t const lap = own.done.rounds;
    if (lap == run_.what.laps) return;
    own.begin_lap(lap, run_.what.laps);
    workloads::fill_message(std::span(room_).first(1), lap);
    write(0);
  }

  void serve(std::uint32_t unit) {
    auto& done = run_.units[unit].done;
    if (runtime::read_some(run_.pipes[unit].reading.get(), room_) != 1)
      throw std::runtime_error("brigade floor: a pipe held not one byte");
    ++done.bytes_in;
    done.checksum += workloads::message_checksum(std::span(room_).first(1), done.rounds);
    if (unit != 0) write(unit);
    ++done.rounds;
    if (unit == 0) lead();
  }

  void write(std::uint32_t unit) {
    int const target = run_.pipes[(unit + 1) % run_.what.units].writing.get();
    if (runtime::write_some(target, std::span(room_).first(1)) != 1)
      throw std::runtime_error("brigade floor: a pipe took not one byte");
    ++run_.units[unit].done.bytes_out;
  }

  brigade_run& run_;
  runtime::epoll_set epoll_;
  std::array<std::byte, 64> room_;  // more than one: what is read at once has drained the pipe
};

}  // namespace

void carry_by_hand(brigade_run& run) {
  if (run.what.bytes != 1) throw not_supported("brigade floor: carries messages of one byte");
  bucket_chain(run).work();
}

void add_brigade_floor_cases(harness::registry& all) {
  workloads::brigade::parameters const asked;
  auto one = brigade_case_of("floor", {}, asked);
  one.is_reference = true;
  one.model_file = "benchmarks/measures/waiting/brigade_floor.cpp";
  one.skip_reason = why_no_conversation("floor", asked.units, asked.units);
  one.run = [asked](harness::measurement& given) {
    runtime::confine_to(given.first_cpus(1));
    time_brigade(asked, true, given, carry_by_hand);
  };
  all.add(one);
}

}  // namespace unitcost::measures
