using System.Text.Json;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="ISigningServiceStore"/>
public sealed class SigningServiceStore(IDatabase database, SecretKey key) : ISigningServiceStore
{
    private const string Columns =
        "t.id, t.name, t.kind, t.public_key, t.fingerprint, t.script, t.attachment, t.created_at, t.rights";

    public const string Select = $"select {Columns} from signing_service t";

    public Task AddAsync(
        SigningServiceRecord service, SigningSecret? secret, CancellationToken cancellationToken) =>
        NameConflict.RefuseAsync(
            () => database.TransactAsync(
                session => session.ExecuteAsync(
                    new(
                        """
                        insert into signing_service (
                          id, name, kind, public_key, fingerprint, script, attachment, secret, rights, created_at)
                        values (
                          @id, @name, @kind, @publicKey, @fingerprint, @script, @attachment, @secret, @rights,
                          @createdAt)
                        """,
                        ("id", service.Id), ("name", service.Name), ("kind", NameOf(service.Kind)),
                        ("publicKey", service.PublicKey), ("fingerprint", service.Fingerprint),
                        ("script", service.Script), ("attachment", NameOf(service.Attachment)),
                        ("secret", secret is null ? null : Seal(service.Id, secret)), ("createdAt", service.CreatedAt),
                        ("rights", Write(service.Rights))),
                    cancellationToken),
                cancellationToken),
            service.Name);

    public async Task<SigningServiceRecord?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(new($"{Select} where t.id = @id", ("id", id)), Read, cancellationToken);
        return found.SingleOrDefault();
    }

    public async Task<IReadOnlyList<string>> CertificatesAsync(CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new("select public_key from signing_service where kind <> @cosign", ("cosign", NameOf(SigningKind.Cosign))),
            row => row.String(0),
            cancellationToken);

    public async Task<IReadOnlyList<string>> PublicKeysAsync(CancellationToken cancellationToken) =>
        await database.QueryAsync(
            new("select public_key from signing_service order by id"), row => row.String(0), cancellationToken);

    public async Task<SigningSecret?> FindSecretAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new("select secret from signing_service where id = @id", ("id", id)),
            row => row.StringOrNull(0),
            cancellationToken);
        return found is [{ } text] ? Open(id, text) : null;
    }

    public Task<bool> ChangeAsync(Guid id, SigningRights rights, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session => await session.ExecuteAsync(
                new(
                    "update signing_service set rights = @rights where id = @id",
                    ("id", id), ("rights", Write(rights))),
                cancellationToken) == 1,
            cancellationToken);

    public Task DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteAsync(
                new("delete from signing_service where id = @id", ("id", id)), cancellationToken),
            cancellationToken);

    internal static SigningServiceRecord Read(Row row) => new(
        row.Guid(0),
        row.String(1),
        Enum.Parse<SigningKind>(row.String(2), ignoreCase: true),
        row.String(3),
        row.String(4),
        row.StringOrNull(5),
        row.StringOrNull(6) is { } attachment ? Enum.Parse<CosignAttachment>(attachment, ignoreCase: true) : null,
        row.Time(7))
    {
        // A service of before there were rights names nobody.
        Rights = row.StringOrNull(8) is { } rights
            ? JsonSerializer.Deserialize<SigningRights>(rights)!
            : SigningRights.None,
    };

    private static string Write(SigningRights rights) => JsonSerializer.Serialize(rights);

    private string Seal(Guid service, SigningSecret secret) =>
        key.Seal(JsonSerializer.Serialize(secret), SecretPlace.SigningService(service));

    private SigningSecret Open(Guid service, string text) =>
        JsonSerializer.Deserialize<SigningSecret>(key.Open(text, SecretPlace.SigningService(service)))!;

    private static string? NameOf<T>(T value) => value?.ToString()?.ToLowerInvariant();
}
