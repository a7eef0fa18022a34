using System.Text;

namespace OrleansRegistry.Signatures.Tests;

/// <summary>Which files a lookaside client takes for signatures. Source: containers/image, how it reads a lookaside store.</summary>
public sealed class LookasideBlobTests
{
    [Fact]
    public void Fourteen_first_bytes_are_recognised()
    {
        var recognised = Enumerable.Range(0, 256).Where(first => LookasideBlob.IsRecognised([(byte)first]));
        Assert.Equal(
            [0x88, 0x89, 0x8A, 0x8B, 0x90, 0x91, 0x92, 0xA0, 0xA1, 0xA2, 0xA3, 0xC2, 0xC4, 0xC8], recognised);
    }

    [Theory]
    [InlineData("\0simple-signing\nx", true)]
    [InlineData("\0sigstore-json\n{}", true)]
    [InlineData("\0simple-signing", false)]
    [InlineData("\0other\nx", false)]
    [InlineData("", false)]
    public void A_tagged_form_is_recognised_by_its_name(string blob, bool recognised) =>
        Assert.Equal(recognised, LookasideBlob.IsRecognised(Encoding.Latin1.GetBytes(blob)));

    [Fact]
    public void The_tagged_form_unwraps_to_the_message()
    {
        var message = Fixtures.Read("sigs/oci-amd64.ed25519.sig");
        Assert.True(LookasideBlob.TryUnwrap([.. "\0simple-signing\n"u8, .. message], out var unwrapped));
        Assert.Equal(message, unwrapped.ToArray());
        Assert.True(LookasideBlob.TryUnwrap(message, out unwrapped));
        Assert.Equal(message, unwrapped.ToArray());
        Assert.False(LookasideBlob.TryUnwrap("\0sigstore-json\n{}"u8, out _));
    }
}
