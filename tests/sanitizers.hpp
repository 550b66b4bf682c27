// Which sanitizer this build of the tests runs under.
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

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool running_under_address_sanitizer = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool running_under_address_sanitizer = true;
#else
inline constexpr bool running_under_address_sanitizer = false;
#endif
#else
inline constexpr bool running_under_address_sanitizer = false;
#endif

/// Whether a sanitizer's allocator stands in for glibc's, whose own account then stays empty.
inline constexpr bool replaces_the_allocator = running_under_thread_sanitizer || running_under_address_sanitizer;

}  // namespace unitcost
