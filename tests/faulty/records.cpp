// Workers that do not tell the truth.
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

#include "benchmarks/harness/records/record.hpp"
#include "benchmarks/harness/supervision/supervised_process.hpp"
#include "tests/faulty/fault.hpp"

namespace unitcost::faulty {
namespace {

using harness::measurement;

void send(std::string_view text) {
  if (::write(harness::record_descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    throw std::runtime_error("the record's pipe did not take it");
}

/// As an honest worker of the case `kind` would write it.
harness::record claim(std::string const& kind, measurement const& given) {
  harness::record out;
  out.case_name = "fault/faulty/idle/kind:" + kind;
  out.measure = "fault";
  out.model = "faulty";
  out.workload = "idle";
  out.repetition = given.settings().repetition;
  return out;
}

void send_garbage(measurement&) {
  send("this is no record\n");
  ::_exit(0);
}

void send_half_a_record(measurement& given) {
  std::string const whole = to_json(claim("half_a_record", given)).dump();
  send(whole.substr(0, whole.size() / 2));
  ::_exit(0);
}

void send_record_of_another_case(measurement& given) {
  send(to_json(claim("crash", given)).dump());
  ::_exit(0);
}

void send_record_of_another_repetition(measurement& given) {
  auto lie = claim("record_of_another_repetition", given);
  ++lie.repetition;
  send(to_json(lie).dump());
  ::_exit(0);
}

/// The worker sends the second one when this returns.
void send_two_records(measurement& given) { send(to_json(claim("two_records", given)).dump()); }

void claim_ok_with_a_wrong_checksum(measurement& given) {
  auto lie = claim("ok_with_a_wrong_checksum", given);
  lie.check = harness::work_check{.units = 8, .expected_units = 8, .checksum = 1, .expected_checksum = 2};
  send(to_json(lie).dump());
  ::_exit(0);
}

}  // namespace

void add_records(harness::registry& all) {
  add_fault(all, "garbage_as_record", send_garbage);
  add_fault(all, "half_a_record", send_half_a_record);
  add_fault(all, "record_of_another_case", send_record_of_another_case);
  add_fault(all, "record_of_another_repetition", send_record_of_another_repetition);
  add_fault(all, "two_records", send_two_records);
  add_fault(all, "ok_with_a_wrong_checksum", claim_ok_with_a_wrong_checksum);
}

}  // namespace unitcost::faulty
