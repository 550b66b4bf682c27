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

/// Whether a sanitizer's allocator stands in for glibc's, whose own account then stays empty.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool replaces_the_allocator = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool replaces_the_allocator = true;
#else
inline constexpr bool replaces_the_allocator = false;
#endif
#else
inline constexpr bool replaces_the_allocator = false;
#endif

}  // namespace unitcost
