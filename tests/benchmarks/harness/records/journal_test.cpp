#include "benchmarks/harness/records/journal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "tests/benchmarks/harness/sample_record.hpp"
#include "tests/benchmarks/harness/scratch_folder.hpp"

namespace unitcost::harness {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

std::string line_of(unsigned repetition) { return to_json(sample_record(repetition)).dump() + "\n"; }

std::vector<unsigned> repetitions_in(std::filesystem::path const& file) {
  std::vector<unsigned> found;
  for (record const& one : read_journal(file)) found.push_back(one.repetition);
  return found;
}

/// As a disk that is full after so many bytes.
class file_size_limit {
 public:
  explicit file_size_limit(std::size_t bytes) : before_(::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &limit_);
    rlimit const lower{bytes, limit_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &lower);
  }
  file_size_limit(file_size_limit const&) = delete;
  file_size_limit& operator=(file_size_limit const&) = delete;
  ~file_size_limit() {
    ::setrlimit(RLIMIT_FSIZE, &limit_);
    ::signal(SIGXFSZ, before_);
  }

 private:
  rlimit limit_{};
  sighandler_t before_;
};

class journal_file : public testing::Test {
 protected:
  scratch_folder folder;
  std::filesystem::path file = folder / "journal.jsonl";
};

TEST_F(journal_file, holds_each_record_as_one_line_as_soon_as_it_is_appended) {
  journal kept(file);
  kept.append(sample_record(0));
  EXPECT_EQ(folder.text_of("journal.jsonl"), line_of(0));
  kept.append(sample_record(1));
  EXPECT_EQ(folder.text_of("journal.jsonl"), line_of(0) + line_of(1));
}

TEST_F(journal_file, is_appended_to_when_it_is_opened_again) {
  journal(file).append(sample_record(0));
  journal(file).append(sample_record(1));
  EXPECT_THAT(repetitions_in(file), ElementsAre(0, 1));
}

TEST_F(journal_file, is_written_by_one_at_a_time) {
  {
    journal const kept(file);
    EXPECT_THAT([this] { journal(file).append(sample_record(0)); },
                ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr(file.string()), HasSubstr("another process"))));
  }
  journal(file).append(sample_record(1));
  EXPECT_THAT(repetitions_in(file), ElementsAre(1));
}

TEST_F(journal_file, loses_a_partial_last_line_when_it_is_opened) {
  folder.put("journal.jsonl", line_of(0) + line_of(1).substr(0, 40));
  journal(file).append(sample_record(2));
  EXPECT_EQ(folder.text_of("journal.jsonl"), line_of(0) + line_of(2));
}

TEST_F(journal_file, is_empty_when_opened_if_its_only_line_is_partial) {
  folder.put("journal.jsonl", line_of(0).substr(0, 40));
  journal const kept(file);
  EXPECT_EQ(folder.text_of("journal.jsonl"), "");
}

TEST_F(journal_file, is_read_without_its_partial_last_line) {
  folder.put("journal.jsonl", line_of(0) + line_of(1).substr(0, 40));
  EXPECT_THAT(repetitions_in(file), ElementsAre(0));
}

TEST_F(journal_file, does_not_count_a_last_line_that_lacks_only_its_newline_since_opening_cuts_it) {
  folder.put("journal.jsonl", line_of(0) + line_of(1).substr(0, line_of(1).size() - 1));
  EXPECT_THAT(repetitions_in(file), ElementsAre(0));
  journal const kept(file);
  EXPECT_THAT(repetitions_in(file), ElementsAre(0));
}

TEST_F(journal_file, with_a_broken_line_in_the_middle_is_refused_with_file_and_line) {
  folder.put("journal.jsonl", line_of(0) + "{\"schema\": \n" + line_of(1));
  EXPECT_THAT([this] { read_journal(file); }, ThrowsMessage<std::runtime_error>(HasSubstr(file.string() + ":2: ")));
}

TEST_F(journal_file, with_a_foreign_last_line_is_refused_with_its_number_and_what_is_missing) {
  folder.put("journal.jsonl", line_of(0) + line_of(1) + "{\"benchmarks\": []}\n");
  EXPECT_THAT([this] { read_journal(file); },
              ThrowsMessage<std::runtime_error>(AllOf(HasSubstr(":3: "), HasSubstr("'schema'"))));
}

TEST_F(journal_file, that_is_missing_is_named) {
  EXPECT_THAT([this] { read_journal(file); },
              ThrowsMessage<std::runtime_error>(HasSubstr(file.string() + " cannot be read")));
}

TEST_F(journal_file, in_a_folder_that_is_missing_cannot_be_opened_and_is_named) {
  EXPECT_THAT([this] { journal(folder / "nowhere/journal.jsonl"); },
              ThrowsMessage<std::system_error>(HasSubstr("nowhere/journal.jsonl")));
}

TEST_F(journal_file, keeps_a_crash_whose_last_words_are_no_text) {
  journal(file).append(failed_record(ending::crashed, "killed by Aborted: \xff\xfe caf\xc3"));
  auto const back = read_journal(file);
  ASSERT_THAT(back, SizeIs(1));
  EXPECT_EQ(back[0].end, ending::crashed);
  EXPECT_THAT(back[0].reason, HasSubstr("killed by Aborted: \uFFFD"));
}

TEST_F(journal_file, that_takes_only_part_of_a_line_is_reported_and_loses_no_more_than_this_line) {
  {
    journal kept(file);
    kept.append(sample_record(0));
    file_size_limit const full(line_of(0).size() + 40);
    EXPECT_THAT([&kept] { kept.append(sample_record(1)); },
                ThrowsMessage<std::system_error>(
                    AllOf(HasSubstr("writing " + file.string()), EndsWith("No space left on device"))));
  }
  journal(file).append(sample_record(2));
  EXPECT_THAT(repetitions_in(file), ElementsAre(0, 2));
}

TEST(finished_in, holds_case_and_repetition_of_what_counts_whatever_its_end) {
  EXPECT_THAT(finished_in({sample_record(0), failed_record(ending::crashed, "planted", 1)}),
              ElementsAre(std::pair(sample_record().case_name, 0u), std::pair(sample_record().case_name, 1u)));
}

TEST(finished_in, leaves_out_what_was_discarded) {
  record discarded = sample_record(4);
  discarded.discarded = true;
  EXPECT_THAT(finished_in({discarded}), IsEmpty());
}

}  // namespace
}  // namespace unitcost::harness
