using System.Text.Json;
using OrleansRegistry.Content;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IManifestDescriber"/>
/// <remarks>An index over the undescribed alone makes it free where there is nothing new.</remarks>
public sealed class ManifestDescriber(IDatabase database, DataDirectory data) : IManifestDescriber
{
    private const int AtOnce = 100;

    public async Task DescribeNewAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var manifests = await database.QueryAsync(
                new(
                    $"select content_id, media_type, bytes from manifest where {Undescribed} limit @limit",
                    ("limit", AtOnce)),
                row => (Id: row.Guid(0), Document: ManifestDocument.Parse(row.Bytes(2), row.String(1))),
                cancellationToken);
            if (manifests.Count == 0)
                return;
            var statements = new List<Statement>(manifests.Count);
            foreach (var (id, document) in manifests)
                statements.Add(Describe(
                    id, ManifestDescription.Of(document, await ReadConfigAsync(document, cancellationToken))));
            await database.TransactAsync(
                session => session.ExecuteBatchAsync(statements, cancellationToken), cancellationToken);
            if (manifests.Count < AtOnce)
                return;
        }
    }

    private string Undescribed => database.Dialect.Name == "sqlite" ? "described = 0" : "not described";

    private static Statement Describe(Guid id, ManifestDescription description) => new(
        """
        update manifest set described = @yes, type = @type, architecture = @architecture, os = @os, labels = @labels,
          bootable = @bootable, flatpak = @flatpak, layers_size = @size
        where content_id = @id
        """,
        ("yes", true),
        ("id", id),
        ("type", description.Type),
        ("architecture", description.Architecture),
        ("os", description.Os),
        ("labels", description.Labels.Count == 0 ? null : JsonSerializer.Serialize(description.Labels)),
        ("bootable", description.IsBootable),
        ("flatpak", description.IsFlatpak),
        ("size", description.LayersSize));

    private async Task<ReadOnlyMemory<byte>?> ReadConfigAsync(
        ManifestDocument document, CancellationToken cancellationToken)
    {
        if (document.Config is not { } config)
            return null;
        var file = new FileInfo(data.PathOf(config.Digest));
        return file.Exists && file.Length <= ManifestDescription.MaxConfigBytes
            ? await File.ReadAllBytesAsync(file.FullName, cancellationToken)
            : null;
    }
}
