using System.Text.Json;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IManifestDescriber"/>
/// <remarks>
/// Manifests are described when they are stored. An index over the undescribed alone, which an earlier schema left
/// behind, makes it free to look for them.
/// </remarks>
public sealed class ManifestDescriber(IDatabase database, IBlobBytes blobs, IAttribution attribution) : IManifestDescriber
{
    private const int AtOnce = 100;

    // Bytes of a config that is kept for the next manifest of a batch: many large ones together would be too many.
    private const int MostKept = 64 * 1024;

    /// <summary>The columns of a description: what is written there by <see cref="Values"/>.</summary>
    internal static readonly string[] Columns =
        ["described", "type", "architecture", "os", "labels", "bootable", "flatpak", "layers_size", "signs"];

    private const string Unreadable = "update manifest set described = @yes where content_id = @id";

    private readonly string _update = $"""
        update manifest set {string.Join(", ", Columns.Select(column => $"{column} = r.{column}"))}
        from {database.Dialect.Rows("r", ["id", .. Columns])} where manifest.content_id = r.id
        """;

    private string Undescribed => database.Dialect.Name == "sqlite" ? "described = 0" : "not described";

    public async Task<bool> DescribeSomeAsync(CancellationToken cancellationToken)
    {
        var manifests = await database.QueryAsync(
            new(
                $"select content_id, media_type, bytes from manifest where {Undescribed} limit @limit",
                ("limit", AtOnce)),
            row => (Id: row.Guid(0), Document: new Manifest(default, row.String(1), row.Bytes(2)).TryRead()),
            cancellationToken);
        if (manifests.Count == 0)
            return false;
        var described = new List<(Guid Id, ManifestDescription Description)>();
        foreach (var (id, document) in manifests)
            if (document is not null)
                described.Add((id, await DescribeAsync(document, [], cancellationToken)));
        List<Statement> statements =
        [
            .. from manifest in manifests where manifest.Document is null
               select new Statement(Unreadable, ("id", manifest.Id), ("yes", true)),
            Statement.OverRows(
                _update,
                described.Count,
                [
                    ("id", described.Select(one => one.Id).ToArray()),
                    .. Values([.. described.Select(one => one.Description)]),
                ]),
        ];
        await database.TransactAsync(
            session => session.ExecuteBatchAsync(statements, cancellationToken), cancellationToken);
        return manifests.Count == AtOnce;
    }

    /// <summary>What manifests, and their configs as far as they are here, say of their images.</summary>
    internal async Task<IReadOnlyCollection<DescribedManifest>> DescribeAsync(
        IEnumerable<Manifest> manifests, CancellationToken cancellationToken)
    {
        var described = new Dictionary<Digest, DescribedManifest>();
        var configs = new Dictionary<Digest, ReadOnlyMemory<byte>?>(); // builds of one image share it
        foreach (var manifest in manifests)
            if (!described.ContainsKey(manifest.Digest) && manifest.Document is var document)
                described[manifest.Digest] = new(
                    manifest, document, await DescribeAsync(document, configs, cancellationToken),
                    await attribution.FindAsync(manifest, document, cancellationToken));
        return described.Values;
    }

    private async Task<ManifestDescription> DescribeAsync(
        ManifestDocument manifest,
        Dictionary<Digest, ReadOnlyMemory<byte>?> configs,
        CancellationToken cancellationToken)
    {
        if (manifest.Config is not { Digest: var config })
            return ManifestDescription.Of(manifest, null);
        if (!configs.TryGetValue(config, out var bytes))
        {
            bytes = await ReadConfigAsync(config, cancellationToken);
            if (bytes is null or { Length: <= MostKept })
                configs[config] = bytes;
        }

        return ManifestDescription.Of(manifest, bytes);
    }

    /// <summary>The columns of those descriptions, for a statement over rows.</summary>
    internal static (string, object?)[] Values(IReadOnlyList<ManifestDescription> descriptions)
    {
        return
        [
            ("described", All(_ => true)),
            ("type", All(one => one.Type)),
            ("architecture", All(one => one.Architecture)),
            ("os", All(one => one.Os)),
            ("labels", All(one => one.Labels.Count == 0 ? null : JsonSerializer.Serialize(one.Labels))),
            ("bootable", All(one => one.IsBootable)),
            ("flatpak", All(one => one.IsFlatpak)),
            ("layers_size", All(one => one.LayersSize)),
            ("signs", All(one => one.IsSignature)),
        ];

        T[] All<T>(Func<ManifestDescription, T> read) => [.. descriptions.Select(read)];
    }

    private async Task<ReadOnlyMemory<byte>?> ReadConfigAsync(Digest config, CancellationToken cancellationToken)
    {
        await using var blob = await blobs.OpenAsync(config, cancellationToken);
        if (blob is null || blob.Size > ManifestDescription.MaxConfigBytes)
            return null;
        var bytes = new byte[blob.Size];
        await blob.ReadAll().ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
