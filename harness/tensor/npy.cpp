// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: The bmemu authors
#include "harness/tensor/npy.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <iterator>

#include "isa/error.h"

namespace bmemu::harness {
namespace {

constexpr char kMagic[] = "\x93NUMPY";
constexpr std::size_t kMagicBytes = 6;

struct TypeName {
  ArrayType type;
  unsigned bytes;
  std::string_view code;  ///< without the byte order
};
constexpr TypeName kTypes[] = {
    {ArrayType::kI8, 1, "i1"},  {ArrayType::kU8, 1, "u1"},  {ArrayType::kI16, 2, "i2"}, {ArrayType::kU16, 2, "u2"},
    {ArrayType::kI32, 4, "i4"}, {ArrayType::kU32, 4, "u4"}, {ArrayType::kI64, 8, "i8"}, {ArrayType::kU64, 8, "u8"},
    {ArrayType::kF16, 2, "f2"}, {ArrayType::kF32, 4, "f4"}, {ArrayType::kF64, 8, "f8"}, {ArrayType::kBool, 1, "b1"},
};

const TypeName& entry(ArrayType type) {
  return *std::find_if(std::begin(kTypes), std::end(kTypes), [&](const TypeName& t) { return t.type == type; });
}

[[noreturn]] void bad(const std::string& name, const std::string& value, const std::string& legal,
                      const std::string& what) {
  throw Error({"E-NPY-FORMAT", name, value, legal, what});
}

/// The header is a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }
class Header {
 public:
  Header(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  /// What follows `'key':`, without leading blanks.
  std::string_view after(const std::string& key) const {
    const std::size_t at = text_.find("'" + key + "'");
    const std::size_t colon = at == std::string_view::npos ? at : text_.find(':', at);
    if (colon == std::string_view::npos) bad(name_, std::string(text_), "", "the array header lacks '" + key + "'");
    const std::size_t value = text_.find_first_not_of(' ', colon + 1);
    return value == std::string_view::npos ? std::string_view{} : text_.substr(value);
  }

  ArrayType type() const {
    const std::string_view value = after("descr");
    const std::string_view code = value.substr(0, std::min<std::size_t>(value.size(), 5));  // '<f4'
    for (const TypeName& t : kTypes)
      if (code.size() == 5 && code.substr(2, 2) == t.code && code.front() == '\'' && code.back() == '\'' &&
          (code[1] == '<' || (code[1] == '|' && t.bytes == 1)))
        return t.type;
    bad(name_, std::string(code), "little-endian i1 i2 i4 i8, u1 u2 u4 u8, f2 f4 f8, b1",
        "the element type of the array cannot be used");
  }

  std::vector<std::uint64_t> shape() const {
    std::string_view value = after("shape");
    const std::size_t end = value.find(')');
    if (value.empty() || value.front() != '(' || end == std::string_view::npos)
      bad(name_, std::string(text_), "(n, c, h, w)", "the array header has no legible shape");
    std::vector<std::uint64_t> shape;
    const char* at = value.data() + 1;
    const char* const last = value.data() + end;
    while (at != last) {
      if (*at == ' ' || *at == ',') {
        ++at;
        continue;
      }
      std::uint64_t size = 0;
      const auto [next, error] = std::from_chars(at, last, size);
      if (error != std::errc{}) bad(name_, std::string(text_), "(n, c, h, w)", "the array header has no legible shape");
      shape.push_back(size);
      at = next;
    }
    return shape;
  }

 private:
  std::string_view text_;
  const std::string& name_;
};

}  // namespace

unsigned bytes_of(ArrayType type) { return entry(type).bytes; }

Array parse_npy(isa::ByteView bytes, const std::string& name) {
  const auto cut_off = [&]() { bad(name, fmt::format("{} bytes", bytes.size), "", "the array file is cut off"); };
  if (bytes.size < kMagicBytes || std::memcmp(bytes.data, kMagic, kMagicBytes) != 0)
    bad(name, fmt::format("{} bytes", bytes.size), "\\x93NUMPY at the start", "this is no NumPy array file");
  if (bytes.size < 12) cut_off();
  const unsigned major = bytes.data[6];
  if (major < 1 || major > 3)
    bad(name, fmt::format("version {}", major), "1 to 3", "unknown version of the array file");
  std::uint64_t start = 10;
  std::uint64_t length = bytes.data[8] | bytes.data[9] << 8;
  if (major > 1) {
    length |= std::uint64_t{bytes.data[10]} << 16 | std::uint64_t{bytes.data[11]} << 24;
    start = 12;
  }
  if (start + length > bytes.size) cut_off();
  const Header header({reinterpret_cast<const char*>(bytes.data) + start, length}, name);
  if (header.after("fortran_order").substr(0, 5) != "False")
    bad(name, "fortran_order", "C order", "arrays in Fortran order cannot be used");
  Array array;
  array.type = header.type();
  array.shape = header.shape();
  std::uint64_t size = bytes_of(array.type);
  for (const auto d : array.shape) {
    if (d != 0 && size > bytes.size / d && size * d / d != size) cut_off();
    size *= d;
  }
  if (size > bytes.size - start - length) cut_off();
  array.bytes.assign(bytes.data + start + length, bytes.data + start + length + size);
  return array;
}

std::vector<std::uint8_t> to_npy(const Array& array) {
  const TypeName& type = entry(array.type);
  std::string shape;
  for (const auto d : array.shape) shape += fmt::format("{}, ", d);
  if (array.shape.size() > 1) shape.resize(shape.size() - 2);
  if (array.shape.size() == 1) shape.pop_back();
  std::string header = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': ({}), }}",
                                   type.bytes == 1 ? '|' : '<', type.code, shape);
  // Data start at a multiple of 64 bytes; the header ends with a line feed.
  const std::size_t total = (10 + header.size() + 1 + 63) / 64 * 64;
  header.append(total - 10 - header.size() - 1, ' ');
  header += '\n';
  std::vector<std::uint8_t> bytes(kMagic, kMagic + kMagicBytes);
  bytes.push_back(1);
  bytes.push_back(0);
  bytes.push_back(static_cast<std::uint8_t>(header.size()));
  bytes.push_back(static_cast<std::uint8_t>(header.size() >> 8));
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), array.bytes.begin(), array.bytes.end());
  return bytes;
}

}  // namespace bmemu::harness
