// Memory that forked children share with their parent.
#pragma once

#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <new>
#include <span>
#include <string>
#include <system_error>
#include <utility>

namespace unitcost::runtime {

/// An anonymous mapping that stays shared across fork. Zero-filled; pages are charged when first written.
/// Throws std::system_error when the kernel refuses.
class shared_region {
 public:
  shared_region() = default;
  explicit shared_region(std::size_t bytes) : bytes_(bytes) {
    if (bytes == 0) return;
    start_ = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start_ == MAP_FAILED)
      throw std::system_error(errno, std::generic_category(), "mapping " + std::to_string(bytes) + " shared bytes");
  }
  shared_region(shared_region&& other) noexcept
      : start_(std::exchange(other.start_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
  shared_region& operator=(shared_region&& other) noexcept {
    std::swap(start_, other.start_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~shared_region() {
    if (start_ != nullptr) ::munmap(start_, bytes_);
  }

  std::span<std::byte> bytes() const { return {static_cast<std::byte*>(start_), bytes_}; }

 private:
  void* start_ = nullptr;
  std::size_t bytes_ = 0;
};

/// One object in a shared region of its own. It is destroyed by the process that made it, never by a forked child
/// that leaves through _exit.
template <class T>
class shared_object {
 public:
  template <class... Arguments>
  explicit shared_object(Arguments&&... arguments)
      : region_(sizeof(T)), object_(new (region_.bytes().data()) T(std::forward<Arguments>(arguments)...)) {}
  shared_object(shared_object const&) = delete;
  shared_object& operator=(shared_object const&) = delete;
  ~shared_object() { object_->~T(); }

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }

 private:
  shared_region region_;
  T* object_;
};

}  // namespace unitcost::runtime
