#include "impl/stackless/fork_join/frame_allocator.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace unitcost::stackless_runtime {
namespace {

TEST(frame_allocator, gives_a_frame_again_after_it_was_freed) {
  void* const frame = this_thread_frames.allocate(100);
  this_thread_frames.free(frame, 100);
  EXPECT_EQ(this_thread_frames.allocate(100), frame);
  this_thread_frames.free(frame, 100);
}

TEST(frame_allocator, gives_no_two_live_frames_the_same_byte) {
  std::vector<std::pair<unsigned char*, std::size_t>> frames;
  for (std::size_t bytes = 16; bytes < 3000; bytes += 40) {
    frames.emplace_back(static_cast<unsigned char*>(this_thread_frames.allocate(bytes)), bytes);
    std::memset(frames.back().first, static_cast<int>(bytes % 251), bytes);
  }
  for (auto [frame, bytes] : frames) {
    for (std::size_t offset = 0; offset < bytes; ++offset) ASSERT_EQ(frame[offset], bytes % 251);
    this_thread_frames.free(frame, bytes);
  }
}

TEST(frame_allocator, takes_back_frames_of_threads_that_ended_and_counts_them) {
  std::vector<void*> frames(1000);
  std::thread([&] {
    for (auto& frame : frames) frame = this_thread_frames.allocate(48);
  }).join();
  EXPECT_EQ(frames_alive(), frames.size());
  for (void* const frame : frames) this_thread_frames.free(frame, 48);
  EXPECT_EQ(frames_alive(), 0u);
}

TEST(frame_allocator, counts_what_a_thread_freed_that_made_nothing) {
  for (std::size_t const bytes : {48u, 5000u}) {
    void* const frame = this_thread_frames.allocate(bytes);
    EXPECT_EQ(frames_alive(), 1u);
    std::thread([=] { this_thread_frames.free(frame, bytes); }).join();
    EXPECT_EQ(frames_alive(), 0u);
  }
}

TEST(frame_allocator, sends_frames_home_that_another_thread_frees) {
  std::uint64_t const before = frame_memory_bytes();
  std::set<void*> made;
  for (int round = 0; round < 100; ++round) {
    void* const frames[] = {this_thread_frames.allocate(928), this_thread_frames.allocate(928)};
    made.insert(std::begin(frames), std::end(frames));
    std::thread([&] {
      for (void* const frame : frames) this_thread_frames.free(frame, 928);
      void* const own = this_thread_frames.allocate(928);
      made.insert(own);
      EXPECT_EQ(made.size(), 3u) << "a frame of another thread was used again";
      this_thread_frames.free(own, 928);
    }).join();
  }
  EXPECT_EQ(made.size(), 3u);
  EXPECT_EQ(frames_alive(), 0u);
  EXPECT_EQ(frame_memory_bytes() - before, 3 * 928u);
}

TEST(frame_allocator, no_two_threads_share_a_chunk) {
  auto const chunk_of = [](void* frame) { return reinterpret_cast<std::uintptr_t>(frame) >> 20; };
  void* const mine = this_thread_frames.allocate(48);
  void* theirs = nullptr;
  std::thread([&] { theirs = this_thread_frames.allocate(48); }).join();
  EXPECT_NE(chunk_of(mine), chunk_of(theirs));
  this_thread_frames.free(mine, 48);
  this_thread_frames.free(theirs, 48);
}

TEST(frame_allocator, keeps_account_of_the_most_that_frames_took) {
  std::uint64_t const before = frame_memory_bytes();
  for (int round = 0; round < 3; ++round) {
    void* const one = this_thread_frames.allocate(1000);
    void* const two = this_thread_frames.allocate(1000);
    this_thread_frames.free(one, 1000);
    this_thread_frames.free(two, 1000);
  }
  EXPECT_EQ(frame_memory_bytes() - before, 2 * 1008u) << "two were alive at once, each rounded up to 16";
}

TEST(frame_allocator, counts_large_frames_while_they_are_alive) {
  std::uint64_t const before = frame_memory_bytes();
  void* const large = this_thread_frames.allocate(10'000);
  EXPECT_EQ(frame_memory_bytes() - before, 10'000u);
  this_thread_frames.free(large, 10'000);
  EXPECT_EQ(frame_memory_bytes(), before);
}

TEST(frame_allocator, counts_what_threads_took_that_have_ended) {
  std::uint64_t const before = frame_memory_bytes();
  for (int thread = 0; thread < 2; ++thread)
    std::thread([] { this_thread_frames.free(this_thread_frames.allocate(976), 976); }).join();
  EXPECT_EQ(frame_memory_bytes() - before, 976u) << "the second used again what the first had left";
}

TEST(frame_allocator, hands_what_a_thread_left_behind_to_the_next) {
  auto const make_and_free = [](std::set<void*>& seen) {
    for (int index = 0; index < 100; ++index) seen.insert(this_thread_frames.allocate(512));
    for (void* const frame : seen) this_thread_frames.free(frame, 512);
  };
  std::set<void*> first, second;
  std::thread(make_and_free, std::ref(first)).join();
  std::thread(make_and_free, std::ref(second)).join();
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace unitcost::stackless_runtime
