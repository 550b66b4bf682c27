// Other ways of models to have units that wait for descriptors than the ones by which they are known ("over:io_uring",
// "stacks:16KiB" in case names): what models of the list name as `in_another_way`.
#pragma once

#include "impl/all.hpp"

namespace unitcost {

template <class Model>
constexpr auto way_beside() {
  if constexpr (requires { typename Model::in_another_way; })
    return model_list<typename Model::in_another_way>();
  else
    return model_list<>();
}

template <class... Some, class... More>
constexpr auto operator+(model_list<Some...>, model_list<More...>) {
  return model_list<Some..., More...>();
}

template <class... Models>
constexpr auto ways_beside(model_list<Models...>) {
  return (model_list<>() + ... + way_beside<Models>());
}

using all_ways = decltype(ways_beside(all_models()));

}  // namespace unitcost
