#include "session/session_keys.hpp"

#include "base/atomic_file.hpp"
#include "session/sqlite_session_store.hpp"
#include "support/run_task.hpp"
#include "support/session_records.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace cloche::session {
namespace {

using crypto::key_ring;
using test::id_of;
using test::live_record;
using test::run_task;
using ids = std::vector<std::string>;

key_ring::key key_of(char letter) {
    return {std::string(8, letter), std::string(32, letter)};
}

class session_keys_test : public testing::Test {
protected:
    void SetUp() override {
        write(key_ring({key_of('a')}));
        auto read = session_keys::of_file(path_, random_, why_);
        ASSERT_TRUE(read) << why_;
        keys_.emplace(std::move(*read));
        session_key_events events;
        events.looked = [this](bool well) { ++(well ? loaded_ : failed_); };
        events.missed = [this] { ++missed_; };
        keys_->on_events(std::move(events));
    }
    void write(const key_ring& ring) { ASSERT_TRUE(write_file(path_, ring.to_text(), 0600)); }

    test::temporary_folder folder_;
    crypto::system_random random_;
    std::string path_ = folder_.file("session.keys");
    std::string why_;
    std::optional<session_keys> keys_;
    int loaded_ = 0;
    int failed_ = 0;
    int missed_ = 0;
};

TEST_F(session_keys_test, a_changed_file_is_read_once) {
    const session_keys copy = *keys_;
    keys_->look();
    EXPECT_EQ(loaded_, 0);
    write(key_ring({key_of('b'), key_of('a')}));
    keys_->look();
    keys_->look();
    EXPECT_EQ(loaded_, 1);
    EXPECT_EQ(keys_->ring()->ids(), (ids{"bbbbbbbb", "aaaaaaaa"}));
    EXPECT_EQ(copy.ring(), keys_->ring());
}

TEST_F(session_keys_test, the_ring_stays_when_the_file_is_broken_or_gone_or_open_to_others) {
    const auto before = keys_->ring();
    ASSERT_TRUE(write_file(path_, "{\"keys\":[", 0600));
    keys_->look();
    EXPECT_EQ(failed_, 1);
    ASSERT_TRUE(write_file(path_, key_ring({key_of('b')}).to_text(), 0644));
    keys_->look();
    EXPECT_EQ(failed_, 2);
    std::filesystem::remove(path_);
    keys_->look();
    keys_->look();
    EXPECT_EQ(failed_, 3) << "said once";
    EXPECT_EQ(keys_->ring(), before);
    EXPECT_FALSE(std::filesystem::exists(path_)) << "nothing is made while it runs";

    write(key_ring({key_of('b')}));
    keys_->look();
    EXPECT_EQ(loaded_, 1);
    EXPECT_EQ(keys_->ring()->ids(), ids{"bbbbbbbb"});
}

TEST_F(session_keys_test, a_ring_without_a_file_stays) {
    const session_keys keys(key_ring({key_of('a')}));
    const auto before = keys.ring();
    keys.look();
    EXPECT_EQ(keys.ring(), before);
}

class sealed_rows : public session_keys_test {
protected:
    std::unique_ptr<session_store> open(const session_keys& keys) {
        auto opened = make_sqlite_session_store(
            folder_.file("sessions.db"), keys, random_, refresh_options()
        );
        EXPECT_TRUE(opened);
        return std::move(*opened);
    }
};

TEST_F(sealed_rows, a_record_sealed_with_a_newer_key_has_the_file_read_at_once) {
    const auto mine = open(*keys_);
    const key_ring rotated({key_of('b'), key_of('a')});
    const auto others = open(rotated);
    ASSERT_TRUE(run_task(others->create(live_record())));
    EXPECT_EQ(run_task(mine->load(id_of("one"))).error(), errc::key_missing);
    EXPECT_EQ(missed_, 1);

    write(rotated);
    EXPECT_TRUE(run_task(mine->load(id_of("one"))));
    EXPECT_EQ(missed_, 1);
    EXPECT_EQ(loaded_, 1);
}

TEST_F(sealed_rows, a_list_has_the_file_read_too) {
    const auto mine = open(*keys_);
    const key_ring rotated({key_of('b'), key_of('a')});
    ASSERT_TRUE(run_task(open(rotated)->create(live_record())));
    write(rotated);
    EXPECT_EQ(run_task(mine->list_by_subject(live_record().subject)).value().size(), 1U);
}

}  // namespace
}  // namespace cloche::session
