// A task whose body another process runs: what stays with the client meanwhile.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include "impl/pools/task.hpp"
#include "impl/pools/task_slot.hpp"

namespace unitcost::pools {

/// Its `run` settles the handle by what the worker left in the slot.
class remote_task : public task {
 public:
  /// Before anything else: writes the body to where a worker finds it.
  virtual void place_in(task_slot& slot) = 0;
  /// In the place of `run`, where no worker ended it: the handle throws `error`.
  virtual void fail(std::exception_ptr error) noexcept = 0;
};

template <class Body, class Ended>
class shipped_task final : public remote_task {
 public:
  using result_type = std::invoke_result_t<Body&>;

  shipped_task(Body body, Ended ended) : body_(body), settled_({*this}, std::move(ended)) {}

  auto handle() { return settled_.handle(); }
  void place_in(task_slot& slot) override {
    slot.put_body(body_);
    slot_ = &slot;
  }
  void run() noexcept override { settled_.run(); }
  void fail(std::exception_ptr error) noexcept override {
    failure_ = std::move(error);
    settled_.run();
  }
  void drop() noexcept override { settled_.drop(); }

 private:
  struct outcome {
    shipped_task& of;
    result_type operator()() const {
      if (of.failure_) std::rethrow_exception(of.failure_);
      return of.slot_->template outcome<result_type>();
    }
  };

  Body body_;
  task_slot* slot_ = nullptr;
  std::exception_ptr failure_;
  promised_task<outcome, Ended> settled_;
};

}  // namespace unitcost::pools
