// Private memory that a process holds so that fork has its page tables to copy.
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>

#include "impl/runtime/touch.hpp"

namespace unitcost::processes {

/// `bytes` of touched, private, anonymous memory in pages of 4 KiB. fork(2) copies a page-table entry for each of its
/// pages and write-protects it; that, not the bytes, is the price. Without MADV_NOHUGEPAGE one entry would stand
/// for 2 MiB on machines that use transparent huge pages always, and the case would mean something else there.
class resident_memory {
 public:
  explicit resident_memory(std::size_t bytes) : bytes_(bytes) {
    if (bytes == 0) return;
    start_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start_ == MAP_FAILED)
      throw std::system_error(errno, std::generic_category(), "mapping " + std::to_string(bytes) + " resident bytes");
    // Fails only where the kernel has no huge pages at all, and then there is nothing to refuse.
    ::madvise(start_, bytes, MADV_NOHUGEPAGE);
    runtime::touch_pages(static_cast<std::byte volatile*>(start_), bytes);
  }
  resident_memory(resident_memory const&) = delete;
  resident_memory& operator=(resident_memory const&) = delete;
  ~resident_memory() {
    if (start_ != nullptr) ::munmap(start_, bytes_);
  }

 private:
  std::size_t bytes_;
  void* start_ = nullptr;
};

}  // namespace unitcost::processes
