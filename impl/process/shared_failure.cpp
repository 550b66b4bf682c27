#include "impl/process/shared_failure.hpp"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <string>

#include "impl/model.hpp"
#include "impl/process/unit_crashed.hpp"

namespace unitcost::processes {

void shared_failure::record_end(child_end const& end, std::string_view note) noexcept {
  try {
    record(kind::crashed, end.pid, end.signal, end.description() + std::string(note));
  } catch (...) {  // no memory for the text: the fact is what counts
    record(kind::crashed, end.pid, end.signal, "a process that ran units crashed");
  }
}

void shared_failure::record_current_exception() noexcept {
  try {
    throw;
  } catch (limit_reached const& error) {
    record(kind::limit, ::getpid(), 0, error.what());
  } catch (unit_crashed const& error) {
    record(kind::crashed, error.pid, error.signal, error.what());
  } catch (std::exception const& error) {
    record(kind::crashed, ::getpid(), 0, "a unit let an exception escape: " + std::string(error.what()));
  } catch (...) {
    record(kind::crashed, ::getpid(), 0, "a unit let an exception of unknown type escape");
  }
}

void shared_failure::rethrow() const {
  // Acquire: pairs with the release in `record`, so the text is complete.
  switch (kind_.load(std::memory_order_acquire)) {
    case kind::none:
      return;
    case kind::being_written:
      throw unit_crashed("a process died while it reported a failure", 0, 0);
    case kind::crashed:
      throw unit_crashed(text_.data(), pid_, signal_);
    case kind::limit:
      throw limit_reached(text_.data());
  }
}

void shared_failure::record(kind what, int pid, int signal, std::string_view text) noexcept {
  kind expected = kind::none;
  if (!kind_.compare_exchange_strong(expected, kind::being_written, std::memory_order_relaxed)) return;
  pid_ = pid;
  signal_ = signal;
  // One byte less than there is: the last stays 0.
  std::copy_n(text.data(), std::min(text.size(), text_.size() - 1), text_.data());
  kind_.store(what, std::memory_order_release);
}

}  // namespace unitcost::processes
