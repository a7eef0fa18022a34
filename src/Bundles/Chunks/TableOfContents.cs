using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansRegistry.Bundles;

/// <summary>
/// The file beside the chunks of an export that names them, with their checksums, so that whoever carries them sees what is
/// missing. Source: Pulp, "Export and import".
/// </summary>
/// <param name="Meta">What it says of the export.</param>
/// <param name="Files">Names, and their checksums.</param>
public sealed record TableOfContents(JsonObject Meta, IReadOnlyList<KeyValuePair<string, string>> Files)
{
    private const string Checksums = "crc32";

    private const int MostBytes = 4 * 1024 * 1024;

    public static TableOfContents Of(IReadOnlyList<WrittenChunk> chunks, long? chunkSize, JsonObject? meta)
    {
        var all = (JsonObject?)meta?.DeepClone() ?? [];
        all["checksum_type"] = Checksums;
        if (chunkSize is not null)
            all["chunk_size"] = chunkSize;
        return new(all, [.. chunks.Select(chunk => KeyValuePair.Create(Path.GetFileName(chunk.Path), chunk.Checksum))]);
    }

    /// <exception cref="BundleException">It is no such file, or names others than those beside it.</exception>
    public static async Task<TableOfContents> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            if (file.Length > MostBytes)
                throw new BundleException($"The table of contents has {file.Length} bytes; at most {MostBytes} are read.");
            if (await JsonNode.ParseAsync(file, cancellationToken: cancellationToken) is not JsonObject root
                || root["files"] is not JsonObject { Count: > 0 and <= ChunkedOutput.MostChunks } files)
                throw new JsonException($"It must name between 1 and {ChunkedOutput.MostChunks} files under 'files'.");
            if ((root["meta"]?["checksum_type"]?.GetValue<string>() ?? Checksums) != Checksums)
                throw new JsonException($"Its checksums must be {Checksums}.");
            var named = files.Select(one => KeyValuePair.Create(one.Key, one.Value!.GetValue<string>()))
                .OrderBy(one => one.Key, StringComparer.Ordinal).ToList();
            return named.Find(one => !IsName(one.Key)) is { Key: not null } outside
                ? throw new BundleException($"The table of contents names '{outside.Key}', which is no file beside it.")
                : new((JsonObject?)root["meta"]?.DeepClone() ?? [], named);
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException or NullReferenceException
            or ArgumentException)
        {
            throw new BundleException($"The table of contents is malformed: {malformed.Message}");
        }
    }

    private static bool IsName(string text) =>
        text is not ("" or "." or "..") && text.AsSpan().IndexOfAny('/', '\0') < 0;

    public string Write() => new JsonObject
    {
        ["meta"] = Meta.DeepClone(),
        ["files"] = new JsonObject(Files.Select(file => KeyValuePair.Create(file.Key, (JsonNode?)file.Value))),
    }.ToJsonString();
}
