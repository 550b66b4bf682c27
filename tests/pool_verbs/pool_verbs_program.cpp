// Reads a script of verbs, one a line, from standard input, does it with a pool of ours and prints a line for each:
// what tests/end_to_end/test_pool_verbs.py does with CPython's pools. Its argument says of what: threads | processes.
//
//   apply BODY… | async NAME BODY… | ready NAME | wait NAME MILLISECONDS | get NAME | map ITEM… | map_failing ITEM…
//   open PATH | close | terminate | join            BODY: square NUMBER | fail NUMBER | until PATH
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "impl/pools/process_task_pool.hpp"
#include "impl/pools/task_pool.hpp"

namespace unitcost {
namespace {

int square(int number) { return number * number; }
int fail(int number) { throw pools::task_failed("fail " + std::to_string(number)); }
int wait_until_exists(char const* path) {
  while (!std::filesystem::exists(path)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return 0;
}

/// Trivially copyable, as a task of a pool of processes has to be.
struct task_body {
  enum class kind { square, fail, until } what;
  int number = 0;
  std::array<char, 240> path{};

  int operator()() const {
    if (what == kind::until) return wait_until_exists(path.data());
    return what == kind::square ? square(number) : fail(number);
  }
};

task_body body_of(std::istream& words) {
  std::string name, argument;
  words >> name >> argument;
  if (name == "square") return {.what = task_body::kind::square, .number = std::stoi(argument)};
  if (name == "fail") return {.what = task_body::kind::fail, .number = std::stoi(argument)};
  if (name != "until") throw std::invalid_argument("no body " + name);
  task_body body{.what = task_body::kind::until};
  if (argument.size() >= body.path.size()) throw std::invalid_argument("too long for a task: " + argument);
  argument.copy(body.path.data(), argument.size());
  return body;
}

template <class Pool>
class script {
 public:
  std::string line(std::string const& text) {
    std::istringstream words(text);
    std::string verb;
    words >> verb;
    try {
      return done(verb, words);
    } catch (pools::task_failed const& error) {
      return std::string("task failed: ") + error.what();
    } catch (pools::pool_not_running const&) {
      return "not running";
    } catch (pools::pool_still_running const&) {
      return "still running";
    }
  }

 private:
  std::string done(std::string const& verb, std::istream& words) {
    if (verb == "apply") return std::to_string(pool_.apply(body_of(words)));
    if (verb == "map") return mapped(words, square);
    if (verb == "map_failing") return mapped(words, fail);
    if (verb == "close") return pool_.close(), "closed";
    if (verb == "terminate") return pool_.terminate(), "terminated";
    if (verb == "join") return pool_.join(), "joined";
    std::string name;
    words >> name;
    if (verb == "open") return std::ofstream(name) << ' ', "opened";
    if (verb == "async") return handles_.insert_or_assign(name, pool_.apply_async(body_of(words))), "given";
    if (verb == "ready") return handles_.at(name).ready() ? "yes" : "no";
    if (verb == "get") return std::to_string(handles_.at(name).get());
    if (verb != "wait") throw std::invalid_argument("no verb " + verb);
    std::int64_t milliseconds = 0;
    words >> milliseconds;
    return handles_.at(name).wait_for(milliseconds * 1'000'000) ? "ended" : "not ended";
  }

  std::string mapped(std::istream& words, int (*body)(int)) {
    std::vector<int> const items{std::istream_iterator<int>(words), {}};
    std::string out;
    for (int result : pool_.map(items, body)) out += std::to_string(result) + " ";
    return out;
  }

  Pool pool_{Pool::placed({.workers = 2})};
  std::map<std::string, pools::task_handle<int>> handles_;
};

template <class Pool>
void play() {
  script<Pool> running;
  for (std::string text; std::getline(std::cin, text);) std::cout << running.line(text) << std::endl;
}

}  // namespace
}  // namespace unitcost

int main(int count, char** arguments) {
  using namespace unitcost;
  std::string const workers = count == 2 ? arguments[1] : "";
  if (workers == "threads") return play<pools::task_pool>(), 0;
  if (workers == "processes") return play<pools::process_task_pool>(), 0;
  std::cerr << "usage: unitcost_pool_verbs threads|processes\n";
  return 2;
}
