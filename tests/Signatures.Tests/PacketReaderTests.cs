using OrleansRegistry.Signatures.OpenPgp;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>Every header form that OpenPGP knows, and every way in which it can lie.</summary>
public sealed class PacketReaderTests
{
    [Theory]
    [InlineData("8803AABBCC", 2, "AABBCC")]
    [InlineData("890003AABBCC", 2, "AABBCC")]
    [InlineData("8A00000003AABBCC", 2, "AABBCC")]
    [InlineData("AFAABBCC", 11, "AABBCC")]
    [InlineData("A3AABBCC", 8, "AABBCC")]
    [InlineData("C203AABBCC", 2, "AABBCC")]
    [InlineData("C2FF00000003AABBCC", 2, "AABBCC")]
    [InlineData("C200", 2, "")]
    public void A_header_gives_tag_and_body(string bytes, int tag, string body)
    {
        var reader = new PacketReader(Convert.FromHexString(bytes));
        Assert.True(reader.TryRead(out var packet));
        Assert.Equal(tag, (int)packet.Tag);
        Assert.Equal(body, Convert.ToHexString(packet.Body));
        Assert.False(reader.TryRead(out _));
    }

    [Theory]
    [InlineData("C0", 192)]
    [InlineData("C001", 193)]
    [InlineData("DFFF", 8383)]
    public void A_length_of_two_octets_starts_at_192(string length, int bytes)
    {
        byte[] packet = [0xC2, .. Convert.FromHexString(length.PadRight(4, '0')), .. new byte[bytes]];
        var reader = new PacketReader(packet);
        Assert.True(reader.TryRead(out var read));
        Assert.Equal(bytes, read.Body.Length);
    }

    [Fact]
    public void Parts_are_joined()
    {
        byte[] packet = [0xCB, 0xE9, .. Filled(512, 1), 0xE0, 2, 0xE1, 3, 3, 2, 4, 4];
        var reader = new PacketReader(packet);
        Assert.True(reader.TryRead(out var read));
        Assert.Equal([.. Filled(512, 1), 2, 3, 3, 4, 4], read.Body.ToArray());
        Assert.True(reader.AtEnd);
    }

    [Theory]
    [InlineData("00", "binary OpenPGP")]
    [InlineData("2D2D2D2D2D", "binary OpenPGP")]
    [InlineData("C2", "ends early")]
    [InlineData("C205AABB", "ends early")]
    [InlineData("C2C0", "ends early")]
    [InlineData("C2FFFFFFFFFF", "ends early")]
    [InlineData("8AFFFFFFFF00", "ends early")]
    [InlineData("CBFE00", "ends early")]
    [InlineData("8BAABB", "must give its length")]
    [InlineData("93AABB", "must give its length")]
    [InlineData("C2E9AABB", "must give its length")]
    [InlineData("CBE8AABB", "512 are the minimum")]
    public void A_header_that_lies_is_refused(string bytes, string words)
    {
        var refusal = Assert.Throws<MalformedException>(() =>
        {
            var reader = new PacketReader(Convert.FromHexString(bytes));
            reader.TryRead(out _);
        });
        Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_that_never_end_are_refused()
    {
        byte[] packet = [0xCB, 0xE9, .. Filled(512, 1), .. Filled(100, 0xE0)];
        Assert.Throws<MalformedException>(() =>
        {
            var reader = new PacketReader(packet);
            reader.TryRead(out _);
        });
    }

    private static byte[] Filled(int count, byte value)
    {
        var bytes = new byte[count];
        Array.Fill(bytes, value);
        return bytes;
    }
}
