// brackets: matching (), [], {} and <> over generated text with an explicit stack. It measures units that branch
// unpredictably and read memory once: what parsers and linters do.
//
// Blocks are checked each for itself; ranges of blocks are split in halves down to the spawn depth;
// `spawn_depth:all` goes down to one block a unit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/bracket_text.hpp"
#include "workloads/parameter_range.hpp"
#include "workloads/range_split.hpp"
#include "workloads/spawn_depth.hpp"
#include "workloads/workload.hpp"

namespace unitcost::workloads {

struct brackets {
  static constexpr std::string_view name = "brackets";

  struct parameters {
    unsigned blocks = 64;
    unsigned block_bytes = 4096;
    unsigned spawn_depth = every_call;
  };
  struct input {
    char const* text;
    parameters shape;
  };

  static std::string label(parameters const& p) {
    return "blocks:" + std::to_string(p.blocks) + "/block_bytes:" + std::to_string(p.block_bytes) + "/" +
           spawn_depth_label(p.spawn_depth);
  }
  static std::size_t memory_bytes(parameters const& p) { return std::size_t{p.blocks} * p.block_bytes; }

  static input prepare(parameters const& p, std::span<std::byte> memory) {
    require_valid(p);
    std::span<char> const text(reinterpret_cast<char*>(memory.data()), memory_bytes(p));
    for (std::size_t start = 0; start < text.size(); start += p.block_bytes)
      bracket_text(start, text.subspan(start, p.block_bytes)).write();
    return {text.data(), p};
  }

  /// The leaf kernel: checks the block that begins at text[start]. A closing bracket always ends the innermost open
  /// one, whether it matches or not; what is open at the end of the block was never closed.
  static bracket_findings check_block(char const* text, std::uint64_t start, unsigned block_bytes) {
    using fault = bracket_findings::fault;
    bracket_findings found;
    std::array<std::uint32_t, most_open_brackets> open;  // positions in the block
    unsigned depth = 0;
    char const* const block = text + start;
    for (std::uint32_t at = 0; at < block_bytes; ++at) {
      if (is_opening(block[at])) {
        if (depth == most_open_brackets)
          found.add(fault::too_deep, start + at);
        else
          open[depth++] = at;
      } else if (is_closing(block[at])) {
        if (depth == 0)
          found.add(fault::unexpected, start + at);
        else if (block[at] == closing_of(block[open[--depth]]))
          ++found.pairs;
        else
          found.add(fault::mismatched, start + at);
      }
    }
    while (depth > 0) found.add(fault::never_closed, start + open[--depth]);
    return found;
  }

  static std::uint64_t serial(input const& in) {
    return blocks_kernel{in.text, in.shape.block_bytes}(all_blocks(in.shape));
  }

  /// What the generator knows of the text it writes; the checker has no part in it.
  static outcome oracle(parameters const& p) {
    require_valid(p);
    std::vector<char> block(p.block_bytes);
    std::uint64_t checksum = 0;
    for (std::size_t start = 0; start < memory_bytes(p); start += p.block_bytes)
      checksum += bracket_text(start, block).write().checksum();
    return {units_of_halves(all_blocks(p), p.spawn_depth), checksum};
  }

  template <class Context>
  static outcome direct(Context& context, input const& in) {
    blocks_kernel const kernel{in.text, in.shape.block_bytes};
    return direct_halves(context, kernel, all_blocks(in.shape), in.shape.spawn_depth);
  }

  template <class Model>
  static typename Model::template task<outcome> awaited(input in) {
    blocks_kernel const kernel{in.text, in.shape.block_bytes};
    return awaited_halves<Model>(kernel, all_blocks(in.shape), in.shape.spawn_depth);
  }

 private:
  struct blocks_kernel {
    char const* text;
    unsigned block_bytes;

    std::uint64_t operator()(item_range blocks) const {
      std::uint64_t total = 0;
      for (std::uint64_t index = blocks.first; index < std::uint64_t{blocks.first} + blocks.count; ++index)
        total += check_block(text, index * block_bytes, block_bytes).checksum();
      return total;
    }
  };

  static bool is_opening(char c) { return c == '(' || c == '[' || c == '{' || c == '<'; }
  static bool is_closing(char c) { return c == ')' || c == ']' || c == '}' || c == '>'; }
  /// In ASCII ')' follows '(' at once, the other closing brackets follow theirs by two.
  static char closing_of(char opening) { return static_cast<char>(opening + (opening == '(' ? 1 : 2)); }

  static item_range all_blocks(parameters const& p) { return {0, p.blocks}; }
  static void require_valid(parameters const& p) {
    require_within(name, "blocks", p.blocks, 1, 1u << 20);
    require_within(name, "block_bytes", p.block_bytes, 1, 1u << 20);
  }
};

static_assert(cpu_workload<brackets>);

}  // namespace unitcost::workloads
