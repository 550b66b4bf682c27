// Workers that walk trees of nodes as the scheduler of stackless walks units: each continuation is offered on a deque,
// parent and children meet at a split join, and whoever finds nothing sleeps in a parking.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "impl/runtime/parking.hpp"
#include "impl/runtime/timed_futex.hpp"
#include "impl/runtime/work_stealing_deque.hpp"
#include "tests/stress/node.hpp"

namespace unitcost::stress {

/// The real parts. A planted fault derives from it and hides one.
struct sound_parts {
  using join = delayed_join;
  template <class Node>
  static Node* stolen(Node* item) {
    return item;
  }
  static constexpr bool calls_after_publishing = true;
};

/// Steps of the three protocols. Each worker counts its own.
struct operation_count {
  std::uint64_t pushes = 0, takes = 0, steals = 0, joins = 0, sleeps = 0;
  std::uint64_t sum() const { return pushes + takes + steals + joins + sleeps; }
  void add(operation_count const& other) {
    pushes += other.pushes, takes += other.takes, steals += other.steals, joins += other.joins, sleeps += other.sleeps;
  }
};

template <class Parts = sound_parts>
class crew {
 public:
  crew(unsigned workers, std::uint32_t seed) : parking_(workers) {
    for (unsigned index = 0; index < workers; ++index) workers_.push_back(std::make_unique<worker>());
    for (unsigned index = 0; index < workers; ++index)
      threads_.emplace_back([this, index, seed] {
        this_thread_delay.state = seed * 64 + index;
        work(*workers_[index]);
      });
  }
  ~crew() { stop(); }

  /// Returns what went wrong, or an empty text.
  std::string walk(shape const& tree) {
    std::uint64_t nodes = 0;
    tree_node root(tree, nullptr, &nodes);
    finished_.store(0);
    root_.store(&root, std::memory_order_seq_cst);
    if (Parts::calls_after_publishing) parking_.notify();
    while (finished_.load(std::memory_order_acquire) == 0)
      if (!runtime::futex_wait_for(finished_, 0, 10'000'000) && all_sleep() && finished_.load() == 0)
        return "all workers sleep beside work";
    if (fault_.load() != nullptr) return fault_.load();
    return nodes == tree.nodes() ? "" : "walked " + std::to_string(nodes) + " of " + std::to_string(tree.nodes());
  }
  /// Returns once they do.
  void wait_until_all_sleep() const {
    while (!all_sleep()) std::this_thread::yield();
  }
  /// Ends the workers. What they did.
  operation_count stop() {
    parking_.close();
    for (auto& each : threads_)
      if (each.joinable()) each.join();
    operation_count all;
    for (auto const& each : workers_) all.add(each->did);
    return all;
  }

 private:
  using tree_node = node<typename Parts::join>;
  struct worker {
    runtime::work_stealing_deque<tree_node, delayed_atomic> continuations{2};  // grows while thieves read
    operation_count did;
    std::vector<std::unique_ptr<tree_node>> nodes;  // all that it made; of trees that were not finished too
    std::vector<tree_node*> free;
  };

  bool all_sleep() const { return sleepers.are_all(static_cast<unsigned>(workers_.size())); }

  void work(worker& self) {
    for (;;) {
      if (tree_node* const found = search(self)) {
        parking_.end_search([this] { return sees_work(); });
        drive(self, found);
        parking_.begin_search();
      } else {
        ++self.did.sleeps;
        if (!parking_.sleep([this] { return sees_work(); })) return;
      }
    }
  }
  tree_node* search(worker& self) {
    for (std::uint32_t look = this_thread_delay.next() % 8; look != 0; --look) {
      if (tree_node* const root = root_.exchange(nullptr, std::memory_order_acquire)) return root;
      for (auto const& victim : workers_) {
        tree_node* const found = victim.get() == &self ? nullptr : Parts::stolen(victim->continuations.steal());
        if (found == nullptr) continue;
        expect_once(found->offered, 1);
        ++self.did.steals;
        found->join.count_steal();
        return found;
      }
    }
    return nullptr;
  }
  bool sees_work() const {
    if (root_.load(std::memory_order_seq_cst) != nullptr) return true;
    for (auto const& each : workers_)
      if (!each->continuations.looks_empty()) return true;
    return false;
  }

  /// Until nothing is left that this worker may go on with.
  void drive(worker& self, tree_node* current) {
    while (current != nullptr)
      current =
          current->spawned < current->form.children(current->join_now) ? spawn(self, *current) : join(self, *current);
  }
  /// Offers the continuation of `parent`, and returns its next child.
  tree_node* spawn(worker& self, tree_node& parent) {
    unsigned const index = parent.spawned++;
    tree_node* const child = make(self, parent.form.child(parent.join_now, index), parent, parent.results[index]);
    parent.offered.store(1, std::memory_order_relaxed);
    ++self.did.pushes;
    if (self.continuations.push(&parent)) parking_.notify();
    return child;
  }
  tree_node* join(worker& self, tree_node& current) {
    ++self.did.joins;
    return !current.join.was_stolen() || current.join.arrive_at_join() ? pass_the_join(self, current) : nullptr;
  }
  tree_node* pass_the_join(worker& self, tree_node& current) {
    expect_once(current.joins_passed, current.join_now, current.join_now + 1);
    for (auto& result : current.results) current.total += std::exchange(result, 0);
    current.spawned = 0;
    return ++current.join_now < shape::joins ? &current : end(self, current);
  }
  /// Who goes on here when a node has ended.
  tree_node* end(worker& self, tree_node& ended) {
    tree_node* const parent = ended.parent;
    *ended.nodes_below = ended.total;
    if (parent == nullptr) {
      finished_.store(1, std::memory_order_release);
      runtime::futex_wake(finished_);
      return nullptr;
    }
    self.free.push_back(&ended);
    if (self.continuations.take_back()) {
      ++self.did.takes;
      expect_once(parent->offered, 1);
      return parent;
    }
    ++self.did.joins;
    return parent->join.child_arrives() ? pass_the_join(self, *parent) : nullptr;
  }

  tree_node* make(worker& self, shape const& form, tree_node& parent, std::uint64_t& result) {
    if (self.free.empty()) return self.nodes.emplace_back(std::make_unique<tree_node>(form, &parent, &result)).get();
    tree_node* const again = self.free.back();
    self.free.pop_back();
    std::destroy_at(again);
    return std::construct_at(again, form, &parent, &result);
  }
  void expect_once(std::atomic<unsigned>& times, unsigned expected, unsigned next = 0) {
    if (times.exchange(next, std::memory_order_relaxed) != expected) fault_.store("something happened twice");
  }

  runtime::parking_on<delayed_atomic> parking_;
  delayed_atomic<tree_node*> root_{nullptr};
  runtime::futex_word finished_{0};
  std::atomic<char const*> fault_{nullptr};
  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<std::thread> threads_;
};

}  // namespace unitcost::stress
