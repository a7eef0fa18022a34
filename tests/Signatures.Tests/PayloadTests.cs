using System.Text;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>The payload's JSON, beyond what the fixtures cover. Source: containers-signature(5).</summary>
public sealed class PayloadTests
{
    private static readonly string Digest = Fixtures.Manifest.ToString();
    private static readonly string Good = Encoding.UTF8.GetString(Packets.Payload(optional: "{\"creator\":\"me\"}"));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"timestamp":-1}""")]
    [InlineData("""{"timestamp":1.7092944e9}""")]
    [InlineData("""{"other":[{"a":1},{"a":2,"b":[[]]}],"x":null}""")]
    public void An_optional_part_is_accepted(string optional) =>
        Assert.Null(Refusal(Encoding.UTF8.GetString(Packets.Payload(optional: optional))));

    [Theory]
    [InlineData("""{"timestamp":"1"}""", "timestamp is not an integer")]
    [InlineData("""{"timestamp":1.5}""", "timestamp is not an integer")]
    [InlineData("""{"timestamp":1e300}""", "timestamp is not an integer")]
    [InlineData("""{"x":[1e999]}""", "a number that is too large")]
    [InlineData("""{"timestamp":9007199254740994}""", "timestamp is not an integer")]
    [InlineData("""{"creator":1}""", "creator is not a text")]
    [InlineData("""{"a":{"b":[{"c":1,"c":2}]}}""", "'c' twice")]
    [InlineData("""{"a":1,"\u0061":2}""", "'a' twice")]
    [InlineData("""{"a":"\ud800"}""", "not valid Unicode")]
    [InlineData("""{"\ud800":1}""", "not valid Unicode")]
    [InlineData("""{"a":1,}""", "not well-formed")]
    [InlineData("""{/**/}""", "not well-formed")]
    [InlineData("[]", "optional is not a JSON object")]
    public void An_optional_part_is_refused(string optional, string words) =>
        Assert.Contains(
            words, Refusal(Encoding.UTF8.GetString(Packets.Payload(optional: optional))), StringComparison.Ordinal);

    [Theory]
    [InlineData("sha512:")]
    [InlineData("sha384:")]
    [InlineData("md5:")]
    public void A_digest_that_clients_never_compare_is_refused(string algorithm)
    {
        var length = algorithm switch { "sha512:" => 128, "sha384:" => 96, _ => 32 };
        var payload = Good.Replace(Digest, algorithm + new string('0', length), StringComparison.Ordinal);
        Assert.Contains("docker-manifest-digest", Refusal(payload), StringComparison.Ordinal);
    }

    [Fact]
    public void Upper_case_hex_is_refused() =>
        Assert.NotNull(
            Refusal(Good.Replace(Digest, "sha256:" + Digest[7..].ToUpperInvariant(), StringComparison.Ordinal)));

    [Theory]
    [InlineData("\"critical\"", "\"Critical\"")]
    [InlineData("\"docker-reference\"", "\"docker-Reference\"")]
    [InlineData("\"docker-manifest-digest\"", "\"digest\"")]
    [InlineData("\"type\"", "\"types\"")]
    public void A_member_of_another_name_is_refused(string name, string other) =>
        Assert.Contains(
            "is not allowed", Refusal(Good.Replace(name, other, StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void White_space_may_surround_everything() =>
        Assert.Null(Refusal(" \n" + Good.Replace(",", " ,\t\r\n", StringComparison.Ordinal) + "\n "));

    [Fact]
    public void Depth_and_number_of_members_are_limited()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 40)) + string.Concat(Enumerable.Repeat("]", 40));
        Assert.Contains("nests too deep", Refusal(With($$"""{"a":{{deep}}}""")), StringComparison.Ordinal);
        var wide = string.Join(",", Enumerable.Range(0, 200).Select(number => $"\"m{number}\":0"));
        Assert.Contains("more than 128 members", Refusal(With($$"""{{{wide}}}""")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_in_a_refusal_is_short_and_printable()
    {
        var refusal = Refusal(Good.Replace("\"critical\"", "\"" + new string('\u2028', 500) + "\"", StringComparison.Ordinal));
        Assert.Equal($"The member '{new string('?', 64)}' is not allowed in the payload.", refusal);
    }

    private static string With(string optional) => Encoding.UTF8.GetString(Packets.Payload(optional: optional));

    private static string? Refusal(string payload)
    {
        var blob = new TestKey(1).Message(Encoding.UTF8.GetBytes(payload));
        return AtomicSignature.TryParse(blob, out _, out var refusal) ? null : refusal;
    }
}
