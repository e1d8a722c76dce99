#include "http/websocket_frames.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::http {
namespace {

using namespace std::string_literals;

std::string frame(char first, std::size_t size, bool masked = false) {
    std::string made(1, first);
    const char mask = masked ? '\x80' : '\0';
    if (size < 126) {
        made.push_back(static_cast<char>(size | static_cast<unsigned char>(mask)));
    } else if (size < 65536) {
        made.push_back(static_cast<char>(126 | static_cast<unsigned char>(mask)));
        made.push_back(static_cast<char>(size >> 8));
        made.push_back(static_cast<char>(size & 0xff));
    } else {
        made.push_back(static_cast<char>(127 | static_cast<unsigned char>(mask)));
        for (int shift = 56; shift >= 0; shift -= 8)
            made.push_back(static_cast<char>(size >> shift & 0xff));
    }
    if (masked) made.append("mask");
    return made.append(size, '\x88');
}

TEST(websocket_frames, ends_of_frames_are_known_however_they_come) {
    for (const std::size_t size : {0U, 1U, 125U, 126U, 65535U, 65536U, 200000U}) {
        for (const bool masked : {false, true}) {
            const std::string one = frame('\x82', size, masked);
            websocket_frames whole;
            whole.pass(one);
            EXPECT_TRUE(whole.between()) << size;
            websocket_frames piecewise;
            for (std::size_t i = 0; i < one.size(); ++i) {
                EXPECT_EQ(piecewise.between(), i == 0) << size << " at " << i;
                piecewise.pass({one.data() + i, 1});
            }
            EXPECT_TRUE(piecewise.between());
            EXPECT_FALSE(piecewise.closed());
        }
    }
}

TEST(websocket_frames, the_rest_of_a_frame_is_told_without_passing_it) {
    const std::string first = frame('\x02', 300);
    const std::string second = frame('\x80', 10);
    websocket_frames frames;
    EXPECT_EQ(frames.rest_of_frame(first + second), 0U);
    frames.pass(std::string_view(first).substr(0, 100));
    EXPECT_EQ(frames.rest_of_frame(first.substr(100) + second), first.size() - 100);
    EXPECT_EQ(frames.rest_of_frame(first.substr(100, 50)), 50U);
    EXPECT_FALSE(frames.between());
}

TEST(websocket_frames, a_close_frame_is_noticed) {
    websocket_frames frames;
    frames.pass(frame('\x81', 5));
    EXPECT_FALSE(frames.closed());
    frames.pass(websocket_close(1000, ""));
    EXPECT_TRUE(frames.closed());
    EXPECT_TRUE(frames.between());
}

TEST(websocket_frames, a_close_frame_is_written_as_a_server_does) {
    EXPECT_EQ(websocket_close(1008, "over"), "\x88\x06\x03\xf0over"s);
    EXPECT_EQ(websocket_close(1001, std::string(200, 'x')).size(), 127U);
}

}  // namespace
}  // namespace cloche::http
