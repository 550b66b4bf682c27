// Which sanitizer this build of the tests runs under, for what a library without annotations cannot stand.
#pragma once

namespace unitcost {

#if defined(__SANITIZE_THREAD__)
inline constexpr bool running_under_thread_sanitizer = true;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
inline constexpr bool running_under_thread_sanitizer = true;
#else
inline constexpr bool running_under_thread_sanitizer = false;
#endif
#else
inline constexpr bool running_under_thread_sanitizer = false;
#endif

}  // namespace unitcost
