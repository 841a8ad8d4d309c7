# Records what Phoenix.Token says of keys, values, payloads and ages: see README.md.
#
#   elixir record.exs PLUG_CRYPTO OUT          PLUG_CRYPTO: a checkout of plug_crypto, the library that Phoenix.Token calls
#   elixir record.exs PLUG_CRYPTO OUT CHECK    CHECK: the tokens that the class OwnTokens has written

defmodule Json do
  def encode(map) when is_map(map), do: "{" <> Enum.map_join(Enum.sort(map), ",", fn {k, v} -> "\"#{k}\":" <> encode(v) end) <> "}"
  def encode(list) when is_list(list), do: "[" <> Enum.map_join(list, ",", &encode/1) <> "]"
  def encode(number) when is_integer(number), do: Integer.to_string(number)
  def encode(atom) when is_atom(atom), do: "\"#{atom}\""

  def encode(text) when is_binary(text) do
    "\"" <> Enum.map_join(String.to_charlist(text), fn
      c when c in [?", ?\\] -> <<?\\, c>>
      c when c < 32 or c > 126 -> for <<unit::16 <- :unicode.characters_to_binary([c], :unicode, {:utf16, :big})>>, into: "", do: "\\u" <> String.pad_leading(Integer.to_string(unit, 16), 4, "0")
      c -> <<c>>
    end) <> "\""
  end
end

defmodule Phoenix do
  @secret "a secret that was made for these recordings, and is none"
  @salt "recorded"
  @signed_at 1_700_000_000

  def secret, do: @secret
  def salt, do: @salt
  def signed_at, do: @signed_at

  def sign(value, options \\ []), do: Plug.Crypto.sign(@secret, @salt, value, [signed_at: @signed_at, cache: nil] ++ options)
  def encrypt(value, options \\ []), do: Plug.Crypto.encrypt(@secret, @salt, value, [signed_at: @signed_at, cache: nil] ++ options)

  def key, do: Plug.Crypto.KeyGenerator.generate(@secret, @salt, cache: nil)

  def verify(payload, options \\ []) do
    token = Plug.Crypto.MessageVerifier.sign(payload, key())

    try do
      case Plug.Crypto.verify(@secret, @salt, token, [cache: nil] ++ options) do
        {:ok, value} -> %{ok: Base.encode64(:erlang.term_to_binary(value)), has: has(value)}
        {:error, why} -> %{error: why}
      end
    rescue
      _ -> %{error: :raises}
    end
  end

  # the first thing in a value that Java has no value for
  def has(t) when is_integer(t), do: if(byte_size(:binary.encode_unsigned(abs(t))) > 1024, do: :big, else: :values)
  def has(t) when is_float(t) or is_atom(t) or is_binary(t), do: :values
  def has(t) when is_bitstring(t), do: :bitstring
  def has(t) when is_tuple(t), do: has_any(Tuple.to_list(t))
  def has(t) when is_map(t), do: has_any(Map.keys(t) ++ Map.values(t))
  def has(t) when is_pid(t), do: :pid
  def has(t) when is_reference(t), do: :reference
  def has([]), do: :values
  def has(t) when is_list(t), do: if(List.improper?(t), do: :improper, else: has_any(t))

  defp has_any(terms), do: Enum.find_value(terms, :values, fn t -> if has(t) != :values, do: has(t) end)
end

defmodule Terms do
  # the notation that the class Recorded reads
  def write(t) when is_integer(t), do: %{int: Integer.to_string(t)}
  def write(t) when is_float(t), do: %{float: Base.encode16(<<t::float>>, case: :lower)}
  def write(t) when is_atom(t), do: %{atom: Atom.to_string(t)}
  def write(t) when is_binary(t), do: %{binary: Base.encode64(t)}
  def write(t) when is_tuple(t), do: %{tuple: Enum.map(Tuple.to_list(t), &write/1)}
  def write(t) when is_map(t), do: %{map: Enum.map(Map.to_list(t), fn {k, v} -> [write(k), write(v)] end)}
  def write([first | rest] = t) when length(t) > 10_000 do
    true = Enum.all?(rest, &(&1 === first))
    %{times: [length(t), write(first)]}
  end
  def write(t) when is_list(t), do: %{list: Enum.map(t, &write/1)}

  def random(depth) do
    case :rand.uniform(if depth > 0, do: 15, else: 10) do
      1 -> Enum.random([nil, true, false])
      2 -> :rand.uniform(400) - 50
      3 -> integer(:rand.uniform(70))
      4 -> integer(:rand.uniform(Enum.random([100, 200, 300, 8192])))
      5 -> float()
      6 -> text(:rand.uniform(12) - 1)
      7 -> :rand.bytes(:rand.uniform(9) - 1)
      8 -> String.to_atom(text(:rand.uniform(6) - 1))
      9 -> Enum.random([:admin, :user_id, "id", 0, -1, "", [], {}, %{}, 0.0, -0.0])
      10 -> for _ <- 1..:rand.uniform(6), do: :rand.uniform(256) - 1
      11 -> List.to_tuple(list(depth))
      12 -> list(depth)
      13 -> map(depth, 5)
      14 -> map(depth, 32)
      15 -> for(_ <- 1..:rand.uniform(5), into: %{}, do: {String.to_atom(text(3)), random(depth - 1)})
    end
  end

  defp list(depth), do: for(_ <- 1..:rand.uniform(5), do: random(depth - 1))
  defp map(depth, most), do: for(_ <- 1..:rand.uniform(most), into: %{}, do: {random(min(depth - 1, 1)), random(0)})

  defp integer(bits) do
    <<n::size(bits)>> = <<1::1, random_bits(bits - 1)::bitstring>>
    n * Enum.random([1, -1])
  end

  defp random_bits(bits) do
    <<wanted::bitstring-size(bits), _::bitstring>> = :rand.bytes(div(bits, 8) + 1)
    wanted
  end

  defp float do
    case :rand.bytes(8) do
      <<_::1, 2047::11, _::52>> -> float()
      <<f::float>> -> Enum.random([f, Float.round(:rand.uniform() * 1000, 2), :rand.uniform(100) * 1.0])
    end
  end

  defp text(length) do
    for _ <- 1..length//1, into: "" do
      <<Enum.random([:rand.uniform(26) + ?a - 1, 0xE0 + :rand.uniform(31), 0x4E00 + :rand.uniform(4000), 0x1F600 + :rand.uniform(80)])::utf8>>
    end
  end

  def nested(0), do: 1
  def nested(n), do: [nested(n - 1), 1000]

  def chosen do
    [
      {"list of 65,534 bytes", List.duplicate(200, 65_534)},
      {"list of 65,535 bytes", List.duplicate(200, 65_535)},
      {"list of 65,536 bytes", List.duplicate(200, 65_536)},
      {"list of 65,535 integers that are no bytes", List.duplicate(256, 40_000)},
      {"tuple of 255", List.to_tuple(Enum.to_list(1..255))},
      {"tuple of 256", List.to_tuple(Enum.to_list(1..256))},
      {"key 0.0", %{0.0 => 1}},
      {"key -0.0", %{-0.0 => 1}},
      {"keys 0 and 0.0", %{0 => 1, 0.0 => 2}},
      {"keys 0 and -0.0", %{0 => 1, -0.0 => 2}},
      {"minus zero", [-0.0, 0.0]},
      {"smallest float", 4.9e-324},
      {"largest float", 1.7976931348623157e308},
      {"nested 63 deep", nested(63)},
      {"atom of 255 characters", String.to_atom(String.duplicate("a", 255))},
      {"atom of 255 Latin-1 characters", String.to_atom(String.duplicate("é", 255))},
      {"atom of 255 Chinese characters", String.to_atom(String.duplicate("中", 255))},
      {"atom of no characters", :""},
      {"keys of all kinds", %{1 => 1, 1.0 => 2, :a => 3, {1} => 4, %{} => 5, [] => 6, [1] => 7, "a" => 8, nil => 9, true => 10}},
      {"atoms as keys in the order of their text", %{b: 1, a: 2, ab: 3, é: 4, Z: 5, 中: 6}}
    ] ++
      for n <- [0, 255, 256, -1, 2_147_483_647, 2_147_483_648, -2_147_483_648, -2_147_483_649] ++ Enum.map([26, 27, 28, 31, 32, 58, 59, 60, 63, 64, 2039, 2040, 2048, 8191], &Integer.pow(2, &1)),
          sign <- [1, -1],
          more <- [0, -1],
          do: {"integer #{if n > 1_000_000_000_000_000, do: "of #{length(Integer.digits(n, 2))} bits", else: n} times #{sign} plus #{more}", n * sign + more}
  end
end

defmodule Forms do
  # every form that the external term format has for a value, canonical or not
  def all do
    atoms() ++ numbers() ++ floats() ++ collections() ++ Enum.map(0..255, &{"tag #{&1} and zeros", <<&1, 0::320>>}) ++ others()
  end

  defp atoms do
    for {name, bytes} <- [empty: "", plain: "admin", nil: "nil", true: "true", latin1: <<0xE9>>, utf8: "é", chinese: "中", cut: <<0xC3>>, surrogate: <<0xED, 0xA0, 0x80>>,
          long: String.duplicate("a", 255), longer: String.duplicate("a", 256), bytes_of_255_characters: String.duplicate("é", 255)],
        {tag, size} <- [{100, 16}, {115, 8}, {118, 16}, {119, 8}],
        byte_size(bytes) < 256 or size == 16,
        do: {"atom #{name} as #{tag}", <<tag, byte_size(bytes)::size(size), bytes::binary>>}
  end

  defp numbers do
    for({tag, size} <- [{110, 8}, {111, 32}], sign <- [0, 1, 2, 255], {name, n} <- [none: "", zero: <<0>>, one: <<1>>, zeros_in_front: <<1, 0, 0, 0, 0>>, int32: <<255, 255, 255, 127>>, int64: <<0::56, 128>>, more: <<1::72>>, of_1024_bytes: <<1::8192>>, of_1025_bytes: <<1::8200>>],
      byte_size(n) < 256 or size == 32, do: {"big #{name} as #{tag} with sign #{sign}", <<tag, byte_size(n)::size(size), sign, n::binary>>}) ++
      [{"small integer", <<97, 255>>}, {"integer that would be small", <<98, 0, 0, 0, 1>>}, {"integer", <<98, 255, 255, 255, 255>>}]
  end

  defp floats do
    for(text <- ["1.50000000000000000000e+00", "-1.50000000000000000000e+00", "1.5", "1", "1e5", "1.e5", ".5", "1.5e", "1.5e400", "-1.5e400", "1.5e-400", "+1.5", " 1.5", "1.5 ", "1.5x", "nan", "inf", "0x1p3", "", "-0.0", "1.5E+2", "1,5", "2.22507385850720138309e-308", "1.5e+", "--1.5", "1.5f", "1.5d", "١.٥"],
      do: {"old float #{text}", <<99, text::binary, 0::size((31 - byte_size(text)) * 8)>>}) ++
      [
        {"old float without an end", <<99, "1.50000000000000000000000000000">>},
        {"old float with something behind its end", <<99, "1.5", 0, "x", 0::208>>},
        {"float", <<70, 1.5::float>>},
        {"minus zero", <<70, 128, 0::56>>},
        {"infinity", <<70, 0x7FF0::16, 0::48>>},
        {"not a number", <<70, 0x7FF8::16, 0::48>>},
        {"subnormal", <<70, 1::64>>}
      ]
  end

  defp collections do
    one = <<97, 1>>
    two = <<97, 2>>
    zero = <<70, 0::64>>
    minus_zero = <<70, 128, 0::56>>

    [
      {"list", <<108, 1::32, one::binary, 106>>},
      {"list of none", <<108, 0::32, 106>>},
      {"list of none with a tail", <<108, 0::32, 97, 1>>},
      {"string of none", <<107, 0::16>>},
      {"string", <<107, 2::16, 1, 255>>},
      {"string as long as can be", <<107, 65_535::16, 0::size(65_535 * 8)>>},
      {"list whose tail is a list", <<108, 1::32, one::binary, 108, 1::32, two::binary, 106>>},
      {"list whose tail is a list whose tail is one", <<108, 1::32, one::binary, 108, 1::32, two::binary, 108, 0::32, 108, 1::32, one::binary, 106>>},
      {"list whose tail is a string", <<108, 1::32, one::binary, 107, 2::16, 7, 8>>},
      {"list whose tail is a list that is improper", <<108, 1::32, one::binary, 108, 1::32, two::binary, 97, 3>>},
      {"improper list", <<108, 1::32, one::binary, 97, 2>>},
      {"improper list whose tail is a tuple", <<108, 1::32, one::binary, 104, 0>>},
      {"improper list in a map in a tuple", <<104, 1, 116, 1::32, one::binary, 108, 1::32, one::binary, 97, 2>>},
      {"small tuple of none", <<104, 0>>},
      {"large tuple of none", <<105, 0::32>>},
      {"large tuple of one", <<105, 1::32, one::binary>>},
      {"map of none", <<116, 0::32>>},
      {"map whose keys are not in order", <<116, 2::32, two::binary, one::binary, one::binary, two::binary>>},
      {"map with a key twice", <<116, 2::32, one::binary, one::binary, one::binary, two::binary>>},
      {"map with a key twice in two forms", <<116, 2::32, one::binary, one::binary, 98, 1::32, two::binary>>},
      {"map with an atom twice in two forms", <<116, 2::32, 100, 1::16, "a", one::binary, 119, 1, "a", two::binary>>},
      {"map with keys 0.0 and -0.0", <<116, 2::32, zero::binary, one::binary, minus_zero::binary, two::binary>>},
      {"map with keys -0.0 and 0.0", <<116, 2::32, minus_zero::binary, one::binary, zero::binary, two::binary>>},
      {"map with keys [0.0] and [-0.0]", <<116, 2::32, 108, 1::32, zero::binary, 106, one::binary, 108, 1::32, minus_zero::binary, 106, two::binary>>},
      {"map with key -0.0", <<116, 1::32, minus_zero::binary, one::binary>>},
      {"map with keys 1 and 1.0", <<116, 2::32, one::binary, one::binary, 70, 1.0::float, two::binary>>}
    ] ++
      for n <- [32, 33, 100], do: {"map of #{n} keys", body(Map.new(1..n, &{&1, &1}))}
  end

  defp others do
    node = <<119, 3, "a@b">>

    for(bits <- 0..9, size <- 0..2, do: {"bit string of #{size} bytes, #{bits} bits in the last", <<77, size::32, bits, 255::size(size)-unit(8)>>}) ++
      [
        {"bit string that is text", <<77, 2::32, 8, "ab">>},
        {"bit string in a list", <<108, 1::32, 77, 1::32, 1, 128, 106>>},
        {"binary", <<109, 3::32, 0, 255, 1>>},
        {"binary of none", <<109, 0::32>>},
        {"pid", <<103, node::binary, 1::32, 0::32, 1>>},
        {"new pid", <<88, node::binary, 1::32, 0::32, 1::32>>},
        {"pid in a list", <<108, 1::32, 88, node::binary, 1::32, 0::32, 1::32, 106>>},
        {"port", <<102, node::binary, 1::32, 1>>},
        {"new port", <<89, node::binary, 1::32, 1::32>>},
        {"port of version 4", <<120, node::binary, 1::64, 1::32>>},
        {"reference", <<101, node::binary, 1::32, 1>>},
        {"new reference", <<114, 1::16, node::binary, 1, 1::32>>},
        {"newer reference", <<90, 1::16, node::binary, 1::32, 1::32>>},
        {"reference of this node", body(make_ref())},
        {"pid of this node", body(self())},
        {"port of this node", body(hd(Port.list()))},
        {"export", body(&String.upcase/1)},
        {"export in a list", body([&String.upcase/1])},
        {"export in a tuple", body({1, &String.upcase/1})},
        {"export as a key", body(%{(&String.upcase/1) => 1})},
        {"export as a value", body(%{1 => &String.upcase/1})},
        {"export as a tail", body([1 | &String.upcase/1])},
        {"function", body(fn x -> x end)},
        {"range, which is a struct", body(1..2)},
        {"date, which is a struct", body(~D[2026-11-28])},
        {"set, which is a struct", body(MapSet.new([1, 2]))}
      ]
  end

  def body(term) do
    <<131, bytes::binary>> = :erlang.term_to_binary(term)
    bytes
  end
end

defmodule Recording do
  def keys(out) do
    secrets = [Phoenix.secret(), :binary.list_to_bin(Enum.to_list(0..255)), <<0::160>>, <<0xFF::160>>, "ééééééééééé", String.duplicate("x", 200)]

    cases =
      for(digest <- [:sha, :sha224, :sha256, :sha384, :sha512], length <- [1, 16, 20, 32, 33, 64, 100, 1024, 4096], do: {Phoenix.secret(), "salt", digest, length, 3}) ++
        for(digest <- [:sha, :sha224, :sha256, :sha384, :sha512], do: {Phoenix.secret(), "salt", digest, 32, 1000}) ++
        for(secret <- secrets, salt <- ["salt", "", "é", "中 with a space", String.duplicate("s", 300)], do: {secret, salt, :sha256, 32, 1000}) ++
        for iterations <- [1, 2, 999, 10_000], do: {Phoenix.secret(), "salt", :sha256, 64, iterations}

    write(out, "keys", for {secret, salt, digest, length, iterations} <- cases do
      options = [key_digest: digest, key_length: length, key_iterations: iterations, signed_at: Phoenix.signed_at(), cache: nil]
      %{secret: Base.encode64(secret), salt: salt, digest: digest, length: length, iterations: iterations,
        key: Base.encode64(Plug.Crypto.KeyGenerator.generate(secret, salt, digest: digest, length: length, iterations: iterations)),
        token: Plug.Crypto.sign(secret, salt, 1, options),
        encrypted: if(length == 32, do: Plug.Crypto.encrypt(secret, salt, 1, options), else: "")}
    end)
  end

  def values(out) do
    random = for n <- 1..600, do: {"random #{n}", Terms.random(4)}

    write(out, "values", for {{name, value}, n} <- Enum.with_index(Terms.chosen() ++ random), byte_size(:erlang.term_to_binary(value)) < 20_000 or n < 20 do
      token = Phoenix.sign(value)
      short = byte_size(token) < 4000
      %{name: name, value: Terms.write(value),
        token: if(short, do: token, else: ""), sha256: if(short, do: "", else: Base.encode16(:crypto.hash(:sha256, token), case: :lower)),
        encrypted: if(rem(n, 8) == 0 and short, do: Phoenix.encrypt(value), else: "")}
    end)
  end

  def payloads(out) do
    forms = for {name, bytes} <- Forms.all(), do: {name, <<131, 104, 3, bytes::binary, 97, 0, 119, 8, "infinity">>}
    around = [
      {"nothing", ""},
      {"no term", "junk"},
      {"another version", <<130, 97, 1>>},
      {"something behind the term", :erlang.term_to_binary({1, 0, :infinity}) <> "junk"},
      {"compressed", :erlang.term_to_binary({String.duplicate("a", 1000), 0, :infinity}, [:compressed])},
      {"compressed, something behind it", :erlang.term_to_binary({String.duplicate("a", 1000), 0, :infinity}, [:compressed]) <> "junk"},
      {"compressed in the tuple", <<131, 104, 3, 80, 2::32, :zlib.compress(<<97, 1>>)::binary, 97, 0, 119, 8, "infinity">>},
      {"of another minor version", :erlang.term_to_binary({1.5, 0, :infinity}, minor_version: 0)},
      {"pair", :erlang.term_to_binary({1, 0})},
      {"quadruple", :erlang.term_to_binary({1, 0, :infinity, 4})},
      {"large tuple", <<131, 105, 3::32, 97, 1, 97, 0, 119, 8, "infinity">>},
      {"map", :erlang.term_to_binary(%{data: 1, signed: 0})},
      {"map with more", :erlang.term_to_binary(%{data: 1, signed: 0, more: 2})},
      {"map without a time", :erlang.term_to_binary(%{data: 1})},
      {"map of nil", :erlang.term_to_binary(%{data: nil, signed: 0})},
      {"map of texts", :erlang.term_to_binary(%{"data" => 1, "signed" => 0})},
      {"list", :erlang.term_to_binary([1, 0, :infinity])}
    ]
    damaged = for n <- 1..2500, do: {"damaged #{n}", damage(:erlang.term_to_binary({Terms.random(2), 0, :infinity}))}

    write(out, "payloads", for {name, payload} <- forms ++ around ++ damaged, byte_size(payload) < 3000 or not String.starts_with?(name, "damaged") do
      Map.merge(%{name: name, payload: Base.encode64(payload)}, Phoenix.verify(payload, max_age: :infinity))
    end)
  end

  defp damage(bytes) do
    Enum.reduce(1..:rand.uniform(2), bytes, fn _, bytes ->
      at = :rand.uniform(byte_size(bytes)) - 1
      <<before::binary-size(at), byte, rest::binary>> = bytes
      case :rand.uniform(10) do
        1 -> <<before::binary, rest::binary, 0>>
        2 -> <<before::binary, :rand.uniform(256) - 1, byte, rest::binary>>
        3 -> <<before::binary, 0>>
        4 -> <<before::binary, Bitwise.bxor(byte, Bitwise.bsl(1, :rand.uniform(8) - 1)), rest::binary>>
        _ -> <<before::binary, Enum.random([97, 98, 99, 70, 100, 115, 118, 119, 109, 107, 106, 108, 104, 105, 116, 110, 111, 77, 0, 1, 255, :rand.uniform(256) - 1]), rest::binary>>
      end
    end)
  end

  def ages(out) do
    now = 1_700_000_000_000
    big = Integer.pow(2, 80)
    signed = [0, now, now + 1, now - 1, now - 999, now - 1000, now - 1001, now - 1500, now - 1501, now - 8200, now - 8201, now - 2300, now - 2301, now - 86_400_000, now - 86_400_001,
              now * 1.0, now - 1000.0, now - 1000.5, now - 0.5, now + 0.5, now - 1500.25, 0.0, -0.0, 1.0e308, -1.0e308, -1.5, big, -big, -9_223_372_036_854_775_808, 9_223_372_036_854_775_807,
              :a, nil, "now", [], {}, %{}]
    ages = [0, 1, -1, 86_400, 0.0, -0.0, 1.5, 8.2, 2.3, 1.001, 0.001, 0.0009, 1.0e-9, -0.5, 1.0e300, 1.0e306, -1.0e306, 1.7e308, big, -big, big * 1.0, 9_223_372_036_854_775_807, :infinity, :fuzz, nil, true, "1", [], {}, %{}]

    own = for s <- signed, age <- ages, do: {s, age, :none}
    given = for s <- signed, millis <- [:infinity, 0, -1, 1, 1000, 1500, 8200, 86_400_000], age <- [1, :fuzz], do: {s, age, millis}

    write(out, "ages", for {s, age, millis} <- own ++ given do
      Process.put(:now, now)
      # a Duration is a whole number of milliseconds; as a fraction of a second it could lose one
      option = case millis do
        :none -> []
        :infinity -> [max_age: :infinity]
        millis when rem(millis, 1000) == 0 -> [max_age: div(millis, 1000)]
        millis -> [max_age: millis / 1000]
      end
      payload = :erlang.term_to_binary({1, s, age})
      answer = Phoenix.verify(payload, option)
      Process.delete(:now)
      Map.merge(%{name: inspect({s, age, millis}), payload: Base.encode64(payload), max_age: millis, now: now}, answer)
    end)

    fractions = for millis <- Enum.to_list(1..400) ++ [1001, 1005, 4035, 8200, 2300, 16_155, 32_310, 86_400_001] ++ for(_ <- 1..200, do: :rand.uniform(100_000_000)), do: {millis, millis / 1000}
    write(out, "fractions", for {millis, age} <- fractions do
      %{millis: millis, counts: trunc(age * 1000), token: Phoenix.sign(1, max_age: age)}
    end)

    times = [1_700_000_000.5, 1_700_000_000.001, 1_700_000_000.9999, 0, 1.5, -1, -1.5, 1.0e15, 0.0005]
    write(out, "times", for s <- times do
      %{name: inspect(s), millis: Integer.to_string(trunc(s * 1000)), token: Plug.Crypto.sign(Phoenix.secret(), Phoenix.salt(), 1, signed_at: s, cache: nil)}
    end)
  end

  def check(file, out) do
    answers = for line <- File.stream!(file), [kind, token, value] = String.split(String.trim_trailing(line, "\n"), " ") do
      Process.put(:now, Phoenix.signed_at() * 1000)
      result = case kind do
        "signed" -> Plug.Crypto.verify(Phoenix.secret(), Phoenix.salt(), token, cache: nil)
        "encrypted" -> Plug.Crypto.decrypt(Phoenix.secret(), Phoenix.salt(), token, cache: nil)
      end
      {:ok, data} = result
      # maps of more than 32 keys have no order that is the same everywhere
      same = data === :erlang.binary_to_term(Base.decode64!(value))
      exact = kind == "encrypted" or Phoenix.sign(data) == token
      unless same, do: raise("not the same: #{line}")
      {kind, exact}
    end
    IO.puts("#{length(answers)} tokens accepted with the same value; of those signed, #{Enum.count(answers, &match?({"signed", true}, &1))} byte for byte, #{Enum.count(answers, &match?({"signed", false}, &1))} not; #{out}")
  end

  defp write(out, name, lines) do
    File.write!(Path.join(out, "recorded-#{name}.jsonl.gz"), :zlib.gzip(Enum.map(lines, &[Json.encode(&1), "\n"])))
    IO.puts("#{name}: #{length(lines)}")
  end
end

[plug_crypto, out | check] = System.argv()

Code.put_compiler_option(:no_warn_undefined, :all)

# the only change to the library: a clock that can be set, instead of the system's
for file <- ~w(crypto/key_generator crypto/message_verifier crypto/message_encryptor crypto) do
  source = File.read!(Path.join(plug_crypto, "lib/plug/#{file}.ex"))
  Code.compile_string(String.replace(source, "System.os_time(:millisecond)", "(Process.get(:now) || System.os_time(:millisecond))"))
end

:rand.seed(:exsss, {2026, 11, 28})

case check do
  [file] -> Recording.check(file, out)
  [] -> for record <- [&Recording.keys/1, &Recording.values/1, &Recording.payloads/1, &Recording.ages/1], do: record.(out)
end
