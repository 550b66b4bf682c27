// Reads a script of verbs, one a line, from standard input, does it with a pool of ours and prints a line for each:
// what tests/end_to_end/test_pool_verbs.py does with CPython's pools.
//
//   apply BODY… | async NAME BODY… | ready NAME | wait NAME MILLISECONDS | get NAME | map ITEM… | map_failing ITEM…
//   open PATH | close | terminate | join            BODY: square NUMBER | fail NUMBER | until PATH
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "impl/pools/task_pool.hpp"

namespace unitcost {
namespace {

struct task_failed : std::runtime_error {
  using runtime_error::runtime_error;
};

int square(int number) { return number * number; }
int fail(int number) { throw task_failed("fail " + std::to_string(number)); }
int wait_until_exists(std::string const& path) {
  while (!std::filesystem::exists(path)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return 0;
}

std::function<int()> body_of(std::istream& words) {
  std::string name, argument;
  words >> name >> argument;
  if (name == "square") return [argument] { return square(std::stoi(argument)); };
  if (name == "fail") return [argument] { return fail(std::stoi(argument)); };
  if (name == "until") return [argument] { return wait_until_exists(argument); };
  throw std::invalid_argument("no body " + name);
}

class script {
 public:
  std::string line(std::string const& text) {
    std::istringstream words(text);
    std::string verb;
    words >> verb;
    try {
      return done(verb, words);
    } catch (task_failed const& error) {
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

  pools::task_pool pool_{{.threads = 2}};
  std::map<std::string, pools::task_handle<int>> handles_;
};

}  // namespace
}  // namespace unitcost

int main() {
  unitcost::script running;
  for (std::string text; std::getline(std::cin, text);) std::cout << running.line(text) << std::endl;
}
