// The one list of models. A new model is its own folder and one line here.
#pragma once

#include "impl/boost_fiber/boost_fiber.hpp"
#include "impl/null/null.hpp"
#include "impl/process/process.hpp"
#include "impl/process_pool/process_pool.hpp"
#include "impl/serial/serial.hpp"
#include "impl/stackful/stackful.hpp"
#include "impl/stackless/stackless.hpp"
#include "impl/std_thread/std_thread.hpp"
#include "impl/tbb/tbb.hpp"
#include "impl/thread_pool/thread_pool.hpp"

namespace unitcost {

template <class... Models>
struct model_list {};

using all_models = model_list<models::null, models::serial,                   //
                              models::process, models::process_pool,          //
                              models::std_thread, models::thread_pool,        //
                              models::tbb, models::boost_fiber,               //
                              models::stackful, models::stackless>;

/// Calls `visit.template operator()<M>()` for each model M of the list.
template <class... Models, class Visitor>
void for_each_model(model_list<Models...>, Visitor&& visit) {
  (visit.template operator()<Models>(), ...);
}

}  // namespace unitcost
