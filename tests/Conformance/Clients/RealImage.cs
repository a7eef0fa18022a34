using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace OrleansRegistry.Conformance;

/// <summary>An image that clients can unpack: one compressed layer with one file, and the config that fits it.</summary>
internal static class RealImage
{
    public static async Task<Named> PushAsync(TestRepository repository, string? tag = null)
    {
        var tar = Tar($"This is image {Guid.NewGuid()}.\n");
        var layer = await repository.PushBlobAsync(Named.Sha256(Compress(tar), MediaTypes.Layer));
        var config = await repository.PushBlobAsync(Named.Text(
            $$$"""
            {"architecture":"amd64","os":"linux","config":{"Labels":{"team":"registry"}},
            "rootfs":{"type":"layers","diff_ids":["{{{Named.Sha256(tar).Digest}}}"]},
            "history":[{"created":"2024-01-01T00:00:00Z","created_by":"a test"}]}
            """,
            MediaTypes.Config));
        return await repository.PushManifestAsync(Manifests.Image(config, [layer]), tag);
    }

    public static byte[] Tar(string text)
    {
        using var buffer = new MemoryStream();
        using (var writer = new TarWriter(buffer, leaveOpen: true))
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "readme.txt")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        return buffer.ToArray();
    }

    private static byte[] Compress(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            gzip.Write(bytes);
        return buffer.ToArray();
    }
}
