"""Each check finds what it is for, and lets pass what is allowed: a check that never failed proves nothing."""

import unittest

import check_co_await
import check_docs
import check_files
import check_headers
import check_layers
from check_layers import Module
from tree import without_comments_and_texts


def whats(findings):
    return [finding.what for finding in findings]


class Tree(unittest.TestCase):
    def test_comments_and_texts_are_blanked_and_lines_stay(self):
        code = 'a; // co_await\nb("co_await"); /* x\ny */ c(\'"\'); R"(co_await "\n)" d 1\'000;'
        clean = without_comments_and_texts(code)
        self.assertNotIn("co_await", clean)
        self.assertEqual(clean.count("\n"), code.count("\n"))
        self.assertEqual(len(clean), len(code))
        self.assertIn("1'000", clean)


class Layers(unittest.TestCase):
    modules = {
        "base": Module("base", 0),
        "db": Module("db", 1, ["base"]),
        "http": Module("http", 2, ["base"]),
        "session": Module("session", 3, ["db"]),
        "gateway": Module("gateway", 4, ["base", "http", "session"]),
        "identity": Module("identity", 4, ["base", "http"]),
        "app": Module("app", 6, ["session", "gateway"]),
    }

    def check(self, path, code):
        return whats(check_layers.check_file(path, code, self.modules)[0])

    def test_module_line_is_read(self):
        module = check_layers.parse_module(
            "# comment (\ncloche_module(NAME db LAYER 1\n  DEPENDS base runtime # why\n  LINK SQLite::SQLite3 ASIO\n  SOURCES a.cpp b.cpp)\n"
        )
        self.assertEqual(module, Module("db", 1, ["base", "runtime"], ["a.cpp", "b.cpp"]))
        self.assertIsNone(check_layers.parse_module("add_executable(cloche main.cpp)"))

    def test_dependency_on_a_higher_layer_is_found(self):
        modules = {"base": Module("base", 0, ["http"]), "http": Module("http", 2)}
        self.assertEqual(whats(check_layers.check_modules(modules)), ["layer 0 depends on http, layer 2"])

    def test_mutual_dependency_is_found(self):
        modules = {"a": Module("a", 1, ["b"]), "b": Module("b", 1, ["a"])}
        self.assertEqual(len(check_layers.check_modules(modules)), 2)

    def test_unknown_dependency_and_wrong_name_are_found(self):
        found = whats(check_layers.check_modules({"a": Module("b", 1, ["nothing"])}))
        self.assertEqual(len(found), 2)

    def test_good_modules_pass(self):
        self.assertEqual(check_layers.check_modules(self.modules), [])

    def test_undeclared_include_is_found(self):
        self.assertEqual(
            self.check("src/identity/a.cpp", '#include "gateway/reply.hpp"\n'),
            ["identity includes gateway/reply.hpp, but does not depend on gateway"],
        )

    def test_include_without_folder_is_found(self):
        self.assertEqual(self.check("src/http/a.cpp", '#include "a.hpp"\n'), ['"a.hpp" does not name its folder'])

    def test_header_from_outside_away_from_home_is_found(self):
        for header in ("sqlite3.h", "openssl/ssl.h", "cjose/jws.h", "sodium.h", "yaml-cpp/yaml.h",
                       "prometheus/counter.h", "mustache.hpp", "curl/curl.h", "CLI/CLI.hpp", "boost/beast.hpp", "boost/asio/ssl.hpp"):
            self.assertEqual(self.check("src/gateway/a.cpp", f"#include <{header}>\n"), [f"<{header}> is not at home here"])
        self.assertEqual(self.check("src/db/sqlite.cpp", "#include <sqlite3.h>\n"), [])

    def test_asio_database_and_log_in_a_pure_file_are_found(self):
        self.assertTrue(self.check("src/cookies/a.cpp", "#include <boost/asio.hpp>\n"))
        self.assertTrue(self.check("src/session/refresh_fsm.cpp", '#include <boost/asio/steady_timer.hpp>\n'))
        self.assertTrue(self.check("src/gateway/csrf_policy.cpp", '#include "observability/log.hpp"\n'))
        self.assertEqual(self.check("src/gateway/forward.cpp", "#include <boost/asio.hpp>\n"), [])

    def test_clock_and_chance_in_a_pure_file_are_found(self):
        self.assertEqual(
            self.check("src/session/refresh_fsm.cpp", "auto x = std::chrono::system_clock::now();\n"),
            ["a pure file calls system_clock::now"],
        )
        self.assertTrue(self.check("src/tokens/jwt.cpp", "std::random_device d;\n"))
        self.assertEqual(self.check("src/tokens/jwt.cpp", "// system_clock::now()\n"), [])
        self.assertEqual(self.check("src/base/clock.hpp", "std::chrono::system_clock::now();\n"), [])

    def test_variant_named_outside_app_is_found(self):
        code = '#include "session/sqlite_session_store.hpp"\n'
        self.assertEqual(self.check("src/gateway/a.cpp", code), ["only app names session/sqlite_session_store.hpp"])
        self.assertEqual(self.check("src/app/a.cpp", code), [])

    def test_file_that_is_not_built_is_found(self):
        module = Module("http", 2, [], ["a.cpp", "gone.cpp"])
        found = whats(check_layers.check_sources("http", module, "a.cpp gone.cpp", ["a.cpp", "b.cpp"]))
        self.assertEqual(found, ["is not built", "gone.cpp is not there"])


class CoAwait(unittest.TestCase):
    def check(self, body):
        return whats(check_co_await.check("x.cpp", "task<void> f(int a) {\n" + body + "\n}\n"))

    bad = {
        "braced argument": "co_await f(point{1, 2});",
        "braced list": "auto x = co_await f({1, 2});",
        "designated aggregate": "co_await send(stream, message{.a = 1, .b = 2});",
        "awaiter made in place": "co_await waiter{1};",
        "aggregate beside": "g(point{1}, co_await x());",
        "aggregate around": "co_return answer{co_await x(), 1};",
        "two": "auto x = f(co_await a(), co_await b());",
        "conditional": "auto x = co_await (a ? b() : c());",
        "conditional around": "auto x = c ? co_await a() : b();",
        "lambda": "co_await run([&] { return 1; });",
        "lambda without captures": "co_await run([](int x) { return x; });",
        "test macro": "EXPECT_EQ(co_await f(), 1);",
        "test macro later": "ASSERT_TRUE((co_await f()).has_value());",
        "range": "for (auto& x : co_await all()) g(x);",
        "in an if": "if (auto x = co_await f(point{1}); x) { g(); }",
        "spread over lines": "auto x = co_await f(\n    a,\n    point{1});",
    }
    good = {
        "plain": "auto x = co_await f(a, std::move(b), 1);",
        "alone": "co_await f();",
        "returned": "co_return co_await f(a);",
        "structured binding": "auto [error, size] = co_await f(a);",
        "const structured binding": "const auto& [error, size] = co_await f(a);",
        "attribute": "[[maybe_unused]] auto x = co_await f(a);",
        "subscript": "auto x = co_await f(items[i]);",
        "in an if": "if (auto x = co_await f(a); !x) { g(point{1}); }",
        "in a while": "while (co_await next(a)) { g({1}); }",
        "in a for": "for (int i = 0; i < co_await f(a); ++i) { g({1}); }",
        "behind an aggregate": "point p{1, 2}; auto x = co_await f(p);",
        "before a block": "co_await f(a); { point p{1}; }",
        "in a switch": "switch (co_await f(a)) { case 1: break; }",
        "else": "if (a) { b(); } else { co_await f(); }",
        "in a comment": "// co_await f({1}) ? a : b\n",
        "in a text": 'g("co_await f({1})");',
        "cast": "auto x = static_cast<int>(co_await f(a));",
    }

    def test_bad_statements_are_found(self):
        for name, body in self.bad.items():
            with self.subTest(name):
                self.assertTrue(self.check(body))

    def test_good_statements_pass(self):
        for name, body in self.good.items():
            with self.subTest(name):
                self.assertEqual(self.check(body), [])

    def test_line_is_that_of_the_co_await(self):
        found = check_co_await.check("x.cpp", "\n\nvoid f() {\n    co_await g({1});\n}\n")
        self.assertEqual([finding.line for finding in found], [4])

    def test_coroutine_lambda_that_captures_is_found(self):
        for captures in ("&", "=", "this", "x", "&x, y", "x = std::move(x)"):
            with self.subTest(captures):
                code = f"auto l = [{captures}]() -> task<void> {{\n    auto v = co_await f(x);\n    co_return;\n}};"
                self.assertIn("a coroutine lambda that captures: make it a function with parameters", self.check(code))

    def test_coroutine_lambda_without_captures_passes(self):
        self.assertEqual(self.check("auto l = [](int x) -> task<void> { co_await f(x); };"), [])

    def test_plain_lambda_that_captures_passes(self):
        self.assertEqual(self.check("auto l = [&](int x) { return g(x); };\nco_await f(l);"), [])

    def test_coroutine_around_a_plain_lambda_is_not_taken_for_one(self):
        self.assertEqual(self.check("auto l = [](int x) -> task<void> { auto p = [&x] { return x; }; co_await f(p); };"), [])

    def test_function_with_a_trailing_return_type_is_a_block(self):
        self.assertEqual(whats(check_co_await.check("x.cpp", "auto f() -> task<void> { co_await g(a); }")), [])


class Docs(unittest.TestCase):
    tree = {"README.md": "# Cloche\n", "docs/a.md": "# One\n## Two words, `code`\n## Two words, `code`\n", "scripts/run": ""}

    def links(self, path, markdown):
        return whats(
            check_docs.check_links(path, markdown, lambda p: p in self.tree or p == "docs", lambda p: check_docs.anchors(self.tree[p]))
        )

    def commands(self, markdown):
        return whats(check_docs.check_commands("README.md", markdown, lambda p: p in self.tree, {"serve"}))

    def test_dead_links_are_found(self):
        self.assertEqual(self.links("README.md", "[a](docs/b.md)"), ["links to docs/b.md, which is not there"])
        self.assertEqual(self.links("docs/a.md", "![a](../x.svg)"), ["links to ../x.svg, which is not there"])
        self.assertEqual(self.links("README.md", "[a](../outside.md)"), ["links to ../outside.md, which is not there"])

    def test_dead_anchors_are_found(self):
        self.assertEqual(self.links("README.md", "[a](docs/a.md#three)"), ["links to #three, which is no heading of docs/a.md"])
        self.assertEqual(self.links("docs/a.md", "[a](#three)"), ["links to #three, which is no heading of docs/a.md"])

    def test_good_links_pass(self):
        for link in ("docs/a.md", "docs/a.md#two-words-code", "docs/a.md#two-words-code-1", "https://example.com/x", "docs"):
            self.assertEqual(self.links("README.md", f"[a]({link})"), [], link)
        self.assertEqual(self.links("docs/a.md", "[up](../README.md) [here](#one)"), [])

    def test_links_in_code_are_not_links(self):
        self.assertEqual(self.links("README.md", "`[a](b.md)`\n```\n[a](b.md)\n```\n"), [])

    def test_dead_commands_are_found(self):
        self.assertEqual(self.commands("```sh\nscripts/gone --now\n```\n"), ["calls scripts/gone, which is not there"])
        self.assertEqual(self.commands("```sh\ncloche fly\n```\n"), ["calls `cloche fly`, which is no subcommand"])
        self.assertEqual(self.commands("```sh\nscripts/run\ncloche serve --config x\n```\n"), [])

    def test_subcommands_are_read_from_the_code(self):
        self.assertEqual(check_docs.subcommands_of('app.add_subcommand("serve", "x");'), {"serve"})


class Files(unittest.TestCase):
    def check(self, path, text):
        return whats(check_files.check(path, text))

    def test_tests_that_are_switched_off_are_found(self):
        self.assertTrue(self.check("a_test.cpp", "GTEST_SKIP();\n"))
        self.assertTrue(self.check("a_test.cpp", "TEST(a, DISABLED_b) {}\n"))
        for line in ("test.skip('a', f);", "test('a', { skip: true }, f);", "test.only('a', f);", "t.skip();", "test('a', { todo: 'b' }, f);"):
            self.assertTrue(self.check("a.test.mjs", line + "\n"), line)
        self.assertEqual(self.check("a.test.mjs", "list.skip(2); test('a', f);\n"), [])

    def test_value_without_escaping_in_a_template_is_found(self):
        self.assertTrue(self.check("a.html", "<b>{{{name}}}</b>\n"))
        self.assertTrue(self.check("a.html", "<b>{{& name}}</b>\n"))
        self.assertEqual(self.check("a.html", "<b>{{name}}{{#a}}{{/a}}</b>\n"), [])

    def test_paths_of_a_machine_are_found(self):
        self.assertTrue(self.check("a.md", "see /" + "work/main\n"))
        self.assertTrue(self.check("scripts/a", "cd /" + "home/alice/x\n"))
        self.assertEqual(self.check("a.md", "https://example.com/" + "work/x and /" + "home/USER/x and /api/root\n"), [])

    def test_what_is_left_to_do_is_found(self):
        self.assertTrue(self.check("a.cpp", "// TO" + "DO: later\n"))

    def test_untidy_ends_are_found(self):
        self.assertEqual(self.check("a.cpp", "a \n"), ["white space at the end of a line"])
        self.assertEqual(self.check("a.cpp", "a"), ["the last line has no end"])
        self.assertEqual(self.check("a.cpp", "a\r\n")[0], "a carriage return")

    def test_header_without_purpose_or_guard_is_found(self):
        self.assertEqual(self.check("a.hpp", "#pragma once\n"), ["does not begin with what it is for"])
        self.assertEqual(self.check("a.hpp", "// What it is for.\n"), ["has no #pragma once"])
        self.assertEqual(self.check("a.hpp", "// What it is for.\n#pragma once\n"), [])


class Headers(unittest.TestCase):
    def test_header_that_needs_another_is_found(self):
        # Any header serves: without the include path it cannot find its own.
        self.assertNotEqual(check_headers.compile_alone("src/no/such.hpp", []), "")

    def test_header_that_stands_alone_passes(self):
        self.assertEqual(check_headers.compile_alone("src/base/clock.hpp", []), "")


if __name__ == "__main__":
    unittest.main()
