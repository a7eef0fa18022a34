using System.Text.Json;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IManifestDescriber"/>
/// <remarks>
/// Manifests are described when they are stored. An index over the undescribed alone, which an earlier schema left
/// behind, makes it free to look for them.
/// </remarks>
public sealed class ManifestDescriber(IDatabase database, IBlobBytes blobs) : IManifestDescriber
{
    private const int AtOnce = 100;

    /// <summary>The columns of a description: what is written there by <see cref="Values"/>.</summary>
    internal static readonly string[] Columns =
        ["described", "type", "architecture", "os", "labels", "bootable", "flatpak", "layers_size"];

    private static readonly string Update =
        $"update manifest set {string.Join(", ", Columns.Select(column => $"{column} = @{column}"))} where content_id = @id";

    private string Undescribed => database.Dialect.Name == "sqlite" ? "described = 0" : "not described";

    public async Task<bool> DescribeSomeAsync(CancellationToken cancellationToken)
    {
        var manifests = await database.QueryAsync(
            new(
                $"select content_id, media_type, bytes from manifest where {Undescribed} limit @limit",
                ("limit", AtOnce)),
            row => (Id: row.Guid(0), Document: ReadStored(row.Bytes(2), row.String(1))),
            cancellationToken);
        if (manifests.Count == 0)
            return false;
        var statements = new List<Statement>(manifests.Count);
        foreach (var (id, document) in manifests)
            statements.Add(document is null
                ? new("update manifest set described = @yes where content_id = @id", ("id", id), ("yes", true))
                : new(Update, [("id", id), .. Values(await DescribeAsync(document, cancellationToken))]));
        await database.TransactAsync(
            session => session.ExecuteBatchAsync(statements, cancellationToken), cancellationToken);
        return manifests.Count == AtOnce;
    }

    /// <summary>What manifests, and their configs as far as they are here, say of their images.</summary>
    internal async Task<IReadOnlyDictionary<Digest, DescribedManifest>> DescribeAsync(
        IEnumerable<Manifest> manifests, CancellationToken cancellationToken)
    {
        var described = new Dictionary<Digest, DescribedManifest>();
        foreach (var manifest in manifests)
            if (!described.ContainsKey(manifest.Digest) && manifest.Document is var document)
                described[manifest.Digest] = new(manifest, document, await DescribeAsync(document, cancellationToken));
        return described;
    }

    // An earlier version of this server may have kept what this one would refuse.
    private static ManifestDocument? ReadStored(byte[] bytes, string mediaType)
    {
        try
        {
            return ManifestDocument.Parse(bytes, mediaType);
        }
        catch (InvalidManifestException)
        {
            return null;
        }
    }

    private async Task<ManifestDescription> DescribeAsync(
        ManifestDocument manifest, CancellationToken cancellationToken) =>
        ManifestDescription.Of(manifest, await ReadConfigAsync(manifest, cancellationToken));

    internal static (string, object?)[] Values(ManifestDescription description) =>
    [
        ("described", true),
        ("type", description.Type),
        ("architecture", description.Architecture),
        ("os", description.Os),
        ("labels", description.Labels.Count == 0 ? null : JsonSerializer.Serialize(description.Labels)),
        ("bootable", description.IsBootable),
        ("flatpak", description.IsFlatpak),
        ("layers_size", description.LayersSize),
    ];

    private async Task<ReadOnlyMemory<byte>?> ReadConfigAsync(
        ManifestDocument document, CancellationToken cancellationToken)
    {
        if (document.Config is not { } config)
            return null;
        await using var blob = await blobs.OpenAsync(config.Digest, cancellationToken);
        if (blob is null || blob.Size > ManifestDescription.MaxConfigBytes)
            return null;
        var bytes = new byte[blob.Size];
        await blob.ReadAll().ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
