// A table of paths and methods: finds the route of a request, and tells 404 from 405. Pure; filled
// at the start, then any thread.
//
//   /api/auth/session         this path
//   /api/auth/sessions/{id}   one segment that is not empty in the place of {id}, which stands at
//   the end /api/proxy/*              everything below
//
// An exact path comes before one with {id}, that one before the longest prefix. Paths are matched
// byte for byte, in normal form (target.hpp).
#pragma once

#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::http {

/// Methods of a route; GET brings HEAD with it.
class method_set {
public:
    constexpr method_set(std::initializer_list<method> methods) noexcept {
        for (const method verb : methods)
            add(verb);
    }
    /// All that a proxy passes on: not TRACE, not CONNECT (BF-5).
    static constexpr method_set any() noexcept {
        return {
            method::get,
            method::post,
            method::put,
            method::patch,
            method::del,
            method::options,
            method::other};
    }
    constexpr bool contains(method verb) const noexcept { return (bits_ & bit(verb)) != 0; }
    constexpr bool overlaps(method_set other) const noexcept { return (bits_ & other.bits_) != 0; }
    constexpr void merge(method_set other) noexcept { bits_ |= other.bits_; }

private:
    static constexpr std::uint32_t bit(method verb) noexcept {
        return std::uint32_t{1} << static_cast<unsigned>(verb);
    }
    constexpr void add(method verb) noexcept {
        bits_ |= bit(verb);
        if (verb == method::get) bits_ |= bit(method::head);
    }
    std::uint32_t bits_ = 0;
};

/// The value of Allow: `GET, HEAD, POST`.
std::string to_allow(method_set methods);

/// The table behind every router: routes are numbers.
class route_table {
public:
    enum class outcome : std::uint8_t { found, not_found, method_not_allowed };
    struct match {
        outcome what = outcome::not_found;
        std::size_t route = 0;  ///< where found
        std::string_view rest;  ///< where found: what stands in the place of {id} or `*`
        method_set allowed{};   ///< where the method is not allowed
    };

    /// Throws std::invalid_argument for a pattern that is none, and for a second route of one path
    /// and method.
    void add(method_set methods, std::string_view pattern, std::size_t route);
    match find(method verb, std::string_view path) const;

private:
    struct entry {
        method_set methods;
        std::size_t route;
    };
    struct node {
        std::vector<entry> exact;
        std::vector<entry> one_segment;
        std::vector<entry> below;
    };
    static match choose(
        const std::vector<entry>& entries, method verb, std::string_view rest
    ) noexcept;

    /// By the pattern without its `{id}` or `*`, which leaves a slash at the end.
    std::map<std::string, node, std::less<>> nodes_;
};

/// A route table whose routes are handlers of any kind.
template <class Handler>
class router {
public:
    using outcome = route_table::outcome;
    struct match {
        outcome what = outcome::not_found;
        const Handler* handler = nullptr;
        std::string_view rest;
        method_set allowed{};
    };

    void add(method_set methods, std::string_view pattern, Handler handler) {
        table_.add(methods, pattern, handlers_.size());
        handlers_.push_back(std::move(handler));
    }

    match find(method verb, std::string_view path) const {
        const route_table::match found = table_.find(verb, path);
        const Handler* const handler =
            found.what == outcome::found ? &handlers_[found.route] : nullptr;
        return {found.what, handler, found.rest, found.allowed};
    }

private:
    route_table table_;
    std::vector<Handler> handlers_;
};

}  // namespace cloche::http
