#include "benchmarks/measures/burst_requests.hpp"

#include <algorithm>
#include <numeric>
#include <optional>
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
  std::size_t const index = next_++;
  fates_[index].taken_ns = runtime::now_ns();
  return {&fates_[index], index + 1, need_};
}

void burst_requests::lose_what_is_under_way() {
  for (request_fate& fate : fates_)
    if (fate.vanished()) fate.lost_ns = runtime::now_ns();
}

std::size_t burst_requests::answered() const {
  return static_cast<std::size_t>(std::ranges::count_if(fates_, &request_fate::answered));
}

std::size_t burst_requests::refused() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fates_, [](request_fate const& fate) { return fate.refused_ns != 0; }));
}

std::size_t burst_requests::lost_with_server() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(fates_, [](request_fate const& fate) { return fate.lost_ns != 0; }));
}

std::size_t burst_requests::vanished() const {
  return static_cast<std::size_t>(std::ranges::count_if(fates_, &request_fate::vanished));
}

std::size_t burst_requests::most_held() const {
  std::vector<std::pair<std::int64_t, int>> changes;
  for (request_fate const& fate : fates_) {
    if (fate.held_ns == 0) continue;
    changes.emplace_back(fate.held_ns, 1);
    std::int64_t const ended_ns = fate.answered() ? fate.answered_ns.load() : fate.lost_ns;
    // When a unit was killed alone is not known: it counts as held at one moment only.
    changes.emplace_back(ended_ns == 0 ? fate.held_ns : ended_ns, -1);
  }
  std::ranges::sort(changes);  // at the same moment ends come first
  std::ptrdiff_t held = 0, most = 0;
  for (auto const& [when_ns, change] : changes) most = std::max(most, held += change);
  return static_cast<std::size_t>(most);
}

std::int64_t burst_requests::outage_ns(std::int64_t moment_ns) const {
  std::optional<std::size_t> last_failed;
  for (std::size_t index = 0; index < size(); ++index)
    if (fates_[index].failed()) last_failed = index;
  if (!last_failed) return 0;
  std::optional<std::int64_t> first_answer_ns;
  for (std::size_t index = *last_failed + 1; index < size(); ++index)
    if (fates_[index].answered() && planned_ns_[index] > planned_ns_[*last_failed])
      first_answer_ns = std::min(first_answer_ns.value_or(fates_[index].answered_ns), fates_[index].answered_ns.load());
  if (!first_answer_ns)
    throw harness::not_stable("requests failed to the last: that it serves again is not seen within the plan");
  return *first_answer_ns - begun_ns_ - moment_ns;
}

std::vector<double> burst_requests::answer_times_ns() const {
  std::vector<double> out;
  for (std::size_t index = 0; index < size(); ++index)
    if (fates_[index].answered()) out.push_back(static_cast<double>(fates_[index].answered_ns.load() - due_ns(index)));
  return out;
}

void burst_requests::check(std::size_t killed_alone, harness::measurement& given) const {
  std::uint64_t accounted = refused() + lost_with_server() + std::min(vanished(), killed_alone);
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
