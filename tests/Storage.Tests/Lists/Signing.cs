using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage.Tests;

/// <summary>Signatures that nobody verifies.</summary>
internal static class Signing
{
    public static Signature By(string key, Digest image)
    {
        var bytes = Guid.NewGuid().ToByteArray();
        return new(
            image, Digest.Sha256(bytes), $"{image}@{Guid.NewGuid():N}", key, null, DateTimeOffset.UnixEpoch, null,
            "registry.example.com/team/app:1.0", $"{Guid.NewGuid()}", bytes);
    }
}
