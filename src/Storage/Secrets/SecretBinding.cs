using System.Security.Cryptography;
using System.Text.Json.Nodes;
using OrleansRegistry.Remotes;

namespace OrleansRegistry.Storage;

/// <summary>
/// Seals anew what an earlier version sealed for no place in particular: all of it in one transaction, once. From then on
/// secrets of the earlier form are refused, wherever they come from.
/// </summary>
internal sealed class SecretBinding(IDatabase database, SecretKey key)
{
    private static readonly string[] InArguments = ["secrets_before", "secrets_after"];

    /// <remarks>The row of the check is locked first: of nodes that start together one does it, and the others wait.</remarks>
    public async ValueTask BindAsync(ISession session, CancellationToken cancellationToken)
    {
        var check = await session.QueryAsync(
            new($"select sealed from secret_key where id = 1{database.Dialect.ForUpdate}"), row => row.String(0), cancellationToken);
        if (check is not [var known] || SecretKey.IsBound(known))
            return;
        List<Statement> statements =
        [
            new(
                "update secret_key set sealed = @sealed where id = 1",
                ("sealed", key.Seal(key.OpenUnbound(known), SecretPlace.Check))),
        ];
        foreach (var token in await session.QueryAsync(
            new("select private_key from token_key where id = 1"), row => row.String(0), cancellationToken))
            statements.Add(new(
                "update token_key set private_key = @sealed where id = 1", ("sealed", Bound(token, SecretPlace.TokenKey))));
        foreach (var (id, secrets) in await RowsAsync("select id, secrets from remote where secrets is not null"))
            statements.Add(new(
                "update remote set secrets = @sealed where id = @id",
                ("id", id), ("sealed", Bound(secrets, SecretPlace.Remote(id)))));
        foreach (var (id, secret) in await RowsAsync("select id, secret from signing_service where secret is not null"))
            statements.Add(new(
                "update signing_service set secret = @sealed where id = @id",
                ("id", id), ("sealed", Bound(secret, SecretPlace.SigningService(id)))));
        foreach (var (id, arguments) in await RowsAsync(
            $"select id, arguments from task where kind = '{RemoteUpdate.Kind}' and finished_at is null"))
            statements.Add(new(
                "update task set arguments = @arguments where id = @id",
                ("id", id), ("arguments", BoundArguments(arguments))));
        await session.ExecuteBatchAsync(statements, cancellationToken);

        async ValueTask<IReadOnlyList<(Guid, string)>> RowsAsync(string select) =>
            await session.QueryAsync(new(select), row => (row.Guid(0), row.String(1)), cancellationToken);
    }

    // What does not open is left to be reported by whoever needs it.
    private string Bound(string text, SecretPlace place)
    {
        try
        {
            return key.Seal(key.OpenUnbound(text), place);
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException)
        {
            return text;
        }
    }

    private string BoundArguments(string json)
    {
        var arguments = JsonNode.Parse(json)!.AsObject();
        var place = SecretPlace.UpdateOf((Guid)arguments["id"]!);
        foreach (var name in InArguments)
            arguments[name] = Bound((string)arguments[name]!, place);
        return arguments.ToJsonString();
    }
}
