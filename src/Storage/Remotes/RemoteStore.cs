using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IRemoteStore"/>
public sealed class RemoteStore(IDatabase database, SecretKey key, TimeProvider clock) : IRemoteStore
{
    public Task<Guid> CreateAsync(RemoteSettings settings, RemoteSecrets secrets, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    await session.ExecuteBatchAsync(
                        [
                            Insert(
                                key, id, settings.IsOfRegistry() ? RemoteKind.OfRegistry : RemoteKind.OfRepository, settings,
                                secrets, clock.GetUtcNow()),
                            .. LabelStore.Replace(id, settings.Labels),
                        ],
                        cancellationToken);
                    return id;
                },
                cancellationToken),
            settings.Name);
    }

    public async Task<RemoteSecrets?> FindSecretsAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new("select secrets from remote where id = @id", ("id", id)),
            row => row.StringOrNull(0),
            cancellationToken);
        return found.Count == 0 ? null : Open(key, id, found[0]);
    }

    public Task<bool> UpdateAsync(RemoteUpdate update, CancellationToken cancellationToken)
    {
        var place = SecretPlace.UpdateOf(update.Id);
        var secrets = (Before: Open(key, update.SecretsBefore, place), After: Open(key, update.SecretsAfter, place));
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    var current = await session.QueryAsync(
                        new($"select settings, secrets from remote where id = @id{database.Dialect.ForUpdate}", ("id", update.Id)),
                        row => (Settings: row.String(0), Secrets: row.StringOrNull(1)),
                        cancellationToken);
                    if (current is not [var (settings, kept)])
                        return false;
                    var values = Values(
                        key,
                        update.Id,
                        Changed(JsonSerializer.Deserialize<RemoteSettings>(settings)!, update.Before, update.After),
                        Changed(Open(key, update.Id, kept), secrets.Before, secrets.After));
                    await session.ExecuteBatchAsync(
                        [
                            new(
                                """
                                update remote set name = @name, url = @url, settings = @settings, secrets = @secrets,
                                  secrets_set = @set, updated_at = @now
                                where id = @id
                                """,
                                [("id", update.Id), ("now", clock.GetUtcNow()), .. values]),
                            .. ChangedColumns.LabelsOf(update.Id, update.Before.Labels, update.After.Labels),
                        ],
                        cancellationToken);
                    return true;
                },
                cancellationToken),
            update.After.Name);
    }

    public string SealForUpdate(Guid id, RemoteSecrets secrets) => Seal(key, secrets, SecretPlace.UpdateOf(id));

    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteBatchAsync(
                [new("delete from remote where id = @id", ("id", id)), .. LabelStore.Replace(id, [])],
                cancellationToken),
            cancellationToken);

    internal static Statement Insert(
        SecretKey key, Guid id, RemoteKind kind, RemoteSettings settings, RemoteSecrets secrets, DateTimeOffset now) => new(
        """
        insert into remote (
          id, kind, name, url, settings, secrets, secrets_set, created_at, updated_at)
        values (@id, @kind, @name, @url, @settings, @secrets, @set, @now, @now)
        """,
        [("id", id), ("kind", (int)kind), ("now", now), .. Values(key, id, settings, secrets)]);

    /// <summary>The secrets of a remote, as they are stored.</summary>
    internal static RemoteSecrets Open(SecretKey key, Guid id, string? stored) =>
        stored is null ? new() : Open(key, stored, SecretPlace.Remote(id));

    // Labels have a table of their own.
    internal static (string, object?)[] Values(SecretKey key, Guid id, RemoteSettings settings, RemoteSecrets secrets)
    {
        var set = SetOf(secrets);
        return
        [
            ("name", settings.Name),
            ("url", settings.Url),
            ("settings", JsonSerializer.Serialize(settings with { Labels = [] })),
            ("secrets", set.Count == 0 ? null : Seal(key, secrets, SecretPlace.Remote(id))),
            ("set", string.Join(',', set)),
        ];
    }

    // Both are stored as JSON: of its members, those change that differ before and after.
    private static T Changed<T>(T current, T before, T after)
    {
        var (result, from, to) = (Members(current), Members(before), Members(after));
        foreach (var (name, value) in to)
            if (!JsonNode.DeepEquals(from[name], value))
                result[name] = value?.DeepClone();
        return result.Deserialize<T>()!;
    }

    private static JsonObject Members<T>(T value) => JsonSerializer.SerializeToNode(value)!.AsObject();

    private static string Seal(SecretKey key, RemoteSecrets secrets, SecretPlace place) =>
        key.Seal(JsonSerializer.Serialize(secrets), place);

    private static RemoteSecrets Open(SecretKey key, string text, SecretPlace place) =>
        JsonSerializer.Deserialize<RemoteSecrets>(key.Open(text, place))!;

    private static List<string> SetOf(RemoteSecrets secrets)
    {
        (string Name, string? Value)[] all =
        [
            ("username", secrets.Username), ("password", secrets.Password), ("proxy_username", secrets.ProxyUsername),
            ("proxy_password", secrets.ProxyPassword), ("client_key", secrets.ClientKey),
        ];
        return [.. from secret in all where secret.Value is not null select secret.Name];
    }
}

/// <summary>What a remote speaks of. The numbers are stored.</summary>
internal enum RemoteKind
{
    OfRepository = 1,
    OfRegistry = 2,

    /// <summary>One repository of a registry, where a pull made it.</summary>
    MadeByPull = 3,
}
