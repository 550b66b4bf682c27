#include "benchmarks/harness/machine/counter_flush.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "impl/runtime/touch.hpp"

namespace unitcost::harness {
namespace {

constexpr std::size_t batch_pages = 64;  // MEMCG_CHARGE_BATCH in include/linux/memcontrol.h
/// The first page stays resident, so that the page table survives: Linux 6.14 frees a table that became empty, a
/// while later, and its coming and going would show in the kernel's column.
constexpr std::size_t kept_pages = 1;
constexpr std::size_t batch_bytes = batch_pages * runtime::page_bytes;
constexpr std::size_t kept_bytes = kept_pages * runtime::page_bytes;

/// A fault and the page's return count twice each at least, so a batch pushes more than 64 updates; one round more
/// than there are CPUs passes the threshold even when the calling thread wanders.
std::size_t rounds() { return static_cast<std::size_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_ONLN))) + 1; }

}  // namespace

counter_flush::counter_flush() {
  void* const start =
      ::mmap(nullptr, kept_bytes + batch_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (start == MAP_FAILED)
    throw std::system_error(errno, std::generic_category(), "mapping pages to flush counters with");
  start_ = static_cast<std::byte*>(start);
  // A huge page would be one update instead of 512. Fails on kernels without huge pages, where it is not needed.
  ::madvise(start_, kept_bytes + batch_bytes, MADV_NOHUGEPAGE);
  runtime::touch_pages(start_, kept_bytes);
  (*this)();
}

counter_flush::~counter_flush() { ::munmap(start_, kept_bytes + batch_bytes); }

void counter_flush::operator()() const {
  for (std::size_t round = rounds(); round > 0; --round) {
    runtime::touch_pages(start_ + kept_bytes, batch_bytes);
    ::madvise(start_ + kept_bytes, batch_bytes, MADV_DONTNEED);
  }
}

}  // namespace unitcost::harness
