#include "benchmarks/measures/waiting/burst_requests.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <utility>

namespace unitcost::measures {
namespace {

std::uint64_t expected_answer(std::uint64_t seed, request_need const& need) {
  std::uint64_t const words = need.bytes / sizeof(std::uint64_t);
  return words == 0 ? 0 : words * seed + words * (words - 1) / 2;
}

}  // namespace

std::vector<std::uint64_t> burst_request::begin() const {
  std::vector<std::uint64_t> memory(need.bytes / sizeof(std::uint64_t));
  std::iota(memory.begin(), memory.end(), seed);
  fate->held_ns = runtime::now_ns();
  return memory;
}

void burst_request::answer(std::vector<std::uint64_t> const& memory) const {
  fate->answer += std::accumulate(memory.begin(), memory.end(), std::uint64_t{0});
  ++fate->answers;
  fate->answered_ns.store(runtime::now_ns(), std::memory_order_release);
}

burst_requests::burst_requests(std::vector<std::int64_t> planned_ns, request_need need)
    : planned_ns_(std::move(planned_ns)), need_(need), fates_(planned_ns_.size()) {}

burst_request burst_requests::take() {
  std::size_t const index = next_.load(std::memory_order_relaxed);
  fates_[index].taken_ns = runtime::now_ns();
  next_.store(index + 1, std::memory_order_release);
  return {&fates_[index], index + 1, need_, begun_ns_ + need_.stalled_until_ns};
}

void burst_requests::lose_what_is_under_way() {
  std::size_t const taken = next_.load(std::memory_order_acquire);
  if (taken == first_of_life_)
    throw std::runtime_error("the server was killed before it took a request: its limit has no room for itself");
  first_of_life_ = taken;
  for (std::size_t index = 0; index < taken; ++index)
    if (fates_[index].vanished()) fates_[index].lost_ns = runtime::now_ns();
}

template <class Holds>
std::size_t burst_requests::count_if(Holds holds) const {
  return static_cast<std::size_t>(std::ranges::count_if(fates_, holds));
}

std::size_t burst_requests::answered() const { return count_if(&request_fate::answered); }

std::size_t burst_requests::answered_within(std::int64_t limit_ns) const {
  std::size_t out = 0;
  for (std::size_t index = 0; index < size(); ++index)
    out += fates_[index].answered() && fates_[index].answered_ns - due_ns(index) <= limit_ns;
  return out;
}

std::size_t burst_requests::refused() const {
  return count_if([](request_fate const& fate) { return fate.refused_ns != 0; });
}

std::map<int, std::size_t> burst_requests::refusals() const {
  std::map<int, std::size_t> out;
  for (request_fate const& fate : fates_)
    if (fate.refused_ns != 0) ++out[fate.refused_by];
  return out;
}

std::size_t burst_requests::lost_with_unit() const {
  return count_if([](request_fate const& fate) { return fate.killed_ns != 0; });
}

std::size_t burst_requests::lost_with_server() const {
  return count_if([](request_fate const& fate) { return fate.lost_ns != 0; });
}

std::size_t burst_requests::most_held() const {
  std::vector<std::pair<std::int64_t, int>> changes;
  for (request_fate const& fate : fates_) {
    if (fate.held_ns == 0 || !(fate.answered() || fate.lost_ns != 0)) continue;
    changes.emplace_back(fate.held_ns, 1);
    changes.emplace_back(fate.answered() ? fate.answered_ns.load() : fate.lost_ns, -1);
  }
  std::ranges::sort(changes);  // at the same moment ends come first
  std::ptrdiff_t held = 0, most = 0;
  for (auto const& [when_ns, change] : changes) most = std::max(most, held += change);
  return static_cast<std::size_t>(most);
}

burst_requests::span_of_failing burst_requests::failing() const {
  span_of_failing out;
  for (request_fate const& fate : fates_) {
    std::int64_t const failed_ns = fate.failed_ns();
    if (failed_ns == 0) continue;
    out.first_ns = out.first_ns == 0 ? failed_ns : std::min(out.first_ns, failed_ns);
    out.last_ns = std::max(out.last_ns, failed_ns);
  }
  return out;
}

std::size_t burst_requests::taken_until_failure() const {
  std::int64_t const first_ns = failing().first_ns;
  return first_ns == 0
             ? size()
             : count_if([=](request_fate const& fate) { return fate.taken_ns != 0 && fate.taken_ns <= first_ns; });
}

std::int64_t burst_requests::serves_again_ns() const {
  auto const [first_ns, last_ns] = failing();
  if (first_ns == 0) return 0;
  std::int64_t before_ns = begun_ns_;
  std::optional<std::int64_t> after_ns;
  for (request_fate const& fate : fates_) {
    if (fate.taken_ns <= first_ns) before_ns = std::max(before_ns, fate.taken_ns);
    if (fate.taken_ns > last_ns && fate.answered())
      after_ns = std::min(after_ns.value_or(fate.taken_ns), fate.taken_ns);
  }
  if (!after_ns) throw harness::not_stable("requests failed to the last: that one is served again is not seen");
  return *after_ns - before_ns;
}

burst_requests::bystanders burst_requests::beside(std::int64_t moment_ns) const {
  bystanders out;
  for (std::size_t index = 0; index < size(); ++index) {
    request_fate const& fate = fates_[index];
    if (planned_ns_[index] == moment_ns) continue;
    out.failed += fate.failed();
    if (fate.answered()) out.longest_wait_ns = std::max(out.longest_wait_ns, fate.answered_ns - due_ns(index));
  }
  return out;
}

std::int64_t burst_requests::failing_ns(std::int64_t moment_ns) const {
  std::int64_t last_ns = moment_ns;
  for (std::size_t index = 0; index < size(); ++index)
    if (fates_[index].failed()) last_ns = std::max(last_ns, planned_ns_[index]);
  return last_ns - moment_ns;
}

std::int64_t burst_requests::outage_ns(std::int64_t moment_ns) const {
  std::optional<std::int64_t> last_lost_ns;  // planned
  for (std::size_t index = 0; index < size(); ++index)
    if (fates_[index].lost_ns != 0) last_lost_ns = planned_ns_[index];
  if (!last_lost_ns) return 0;
  std::optional<std::int64_t> first_answer_ns;
  for (std::size_t index = 0; index < size(); ++index)
    if (fates_[index].answered() && planned_ns_[index] > *last_lost_ns)
      first_answer_ns = std::min(first_answer_ns.value_or(fates_[index].answered_ns), fates_[index].answered_ns.load());
  if (!first_answer_ns)
    throw harness::not_stable("servers died to the last request: that one serves again is not seen within the plan");
  return *first_answer_ns - begun_ns_ - moment_ns;
}

void burst_requests::check(std::size_t killed_alone, harness::measurement& given) const {
  std::uint64_t accounted = refused() + lost_with_server() + std::min(lost_with_unit(), killed_alone);
  std::uint64_t checksum = 0, expected = 0;
  for (std::size_t index = 0; index < size(); ++index) {
    request_fate const& fate = fates_[index];
    if (!fate.answered()) continue;
    accounted += fate.answers;
    checksum += (index + 1) * fate.answer;
    expected += (index + 1) * expected_answer(index + 1, need_);
  }
  given.check(accounted, size(), checksum, expected);
}

}  // namespace unitcost::measures
