using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>When two messages are one signature: where they differ only in what anybody can change without the key.</summary>
public sealed class StatementTests
{
    private static readonly TestKey Key = new(1);
    private static readonly byte[] Payload = Packets.Payload();
    private static readonly byte[] Body = Key.SignatureBody(0, Payload);
    private static readonly string Statement = StatementOf(Key.Message(Payload));

    public static TheoryData<string, byte[]> Replays => new()
    {
        { "file name", Message(Packets.New(11, [(byte)'b', 3, .. "abc"u8, 0, 0, 0, 0, .. Payload]), Body) },
        { "file time", Message(Packets.New(11, [(byte)'b', 0, 1, 2, 3, 4, .. Payload]), Body) },
        { "text flag", Message(Packets.New(11, [(byte)'t', 0, 0, 0, 0, 0, .. Payload]), Body) },
        { "old header", [.. Key.OnePass(), .. Packets.Literal(Payload), 0x89, .. Packets.UInt16(Body.Length), .. Body] },
        { "short length", [.. Key.OnePass(), .. Packets.Literal(Payload), 0xC2, (byte)Body.Length, .. Body] },
        { "old form", [.. Packets.New(2, Body), .. Packets.Literal(Payload)] },
        { "ZIP", Packets.Deflated(Key.Message(Payload)) },
        { "ZLIB", Packets.Deflated(Key.Message(Payload), 2) },
        { "BZip2", Packets.Deflated(Key.Message(Payload), 3) },
        { "stored", Packets.New(8, [0, .. Key.Message(Payload)]) },
        { "unhashed subpacket", Message(Packets.Literal(Payload), Unhashed(Packets.Subpacket(100, [1, 2, 3]))) },
        { "issuer named twice", Message(Packets.Literal(Payload), Unhashed(Packets.Subpacket(16, Key.FingerprintBytes[12..]))) },
        { "hash's beginning", Message(Packets.Literal(Payload), HashStart()) },
    };

    [Theory]
    [MemberData(nameof(Replays))]
    public void It_is_the_same_signature_with_another(string difference, byte[] replay)
    {
        Assert.NotEmpty(difference);
        Assert.NotEqual(Key.Message(Payload), replay);
        Assert.Equal(Statement, StatementOf(replay));
    }

    [Fact]
    public void It_is_another_signature_where_what_is_signed_differs()
    {
        var value = Key.Message(Payload);
        value[^1] ^= 1;
        string[] all =
        [
            Statement,
            StatementOf(value),
            StatementOf(Key.Message([.. Payload, (byte)' '])),
            StatementOf(Key.Message(Payload, subpackets: Packets.Subpacket(100, [1]))),
            StatementOf(Key.Message(Payload, 1)),
            StatementOf(new TestKey(2).Message(Payload)),
            StatementOf(new TestKey(1, version: 6).Message(Payload)),
        ];
        Assert.Equal(all.Distinct(), all);
    }

    [Fact]
    public void The_line_ends_that_a_text_signature_does_not_sign_make_no_other()
    {
        byte[] unix = [.. Payload, (byte)'\n'];
        byte[] dos = [.. Payload, (byte)'\r', (byte)'\n'];
        Assert.Equal(
            StatementOf(Key.Message(unix, 1, hashedAs: dos)), StatementOf(Key.Message(dos, 1, hashedAs: dos)));
        Assert.NotEqual(StatementOf(Key.Message(unix, hashedAs: dos)), StatementOf(Key.Message(dos)));
    }

    [Fact]
    public void Leading_zeros_of_a_number_make_no_other()
    {
        var numbers = SignaturePacket.Parse(Body).Values;
        byte[] padded =
        [
            .. Body[..^(numbers.Sum(number => number.Length + 2))],
            .. numbers.SelectMany(number => (byte[])[.. Packets.UInt16((number.Length + 1) * 8), 0, .. number]),
        ];
        Assert.Equal(Statement, StatementOf(Message(Packets.Literal(Payload), padded)));
    }

    private static string StatementOf(byte[] blob) => Fixtures.Parse(blob).Statement;

    private static byte[] Message(byte[] literal, byte[] body) => [.. Key.OnePass(), .. literal, .. Packets.New(2, body)];

    // The unhashed area begins behind the hashed one, both with lengths of two bytes.
    private static byte[] Unhashed(byte[] subpacket)
    {
        var at = 6 + ((Body[4] << 8) | Body[5]);
        var length = (Body[at] << 8) | Body[at + 1];
        return
        [
            .. Body[..at], .. Packets.UInt16(length + subpacket.Length), .. Body[(at + 2)..(at + 2 + length)],
            .. subpacket, .. Body[(at + 2 + length)..],
        ];
    }

    private static byte[] HashStart()
    {
        var body = Body.ToArray();
        var numbers = SignaturePacket.Parse(Body).Values.Sum(number => number.Length + 2);
        body[^(numbers + 1)] ^= 1;
        return body;
    }
}
