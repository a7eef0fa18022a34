using Microsoft.AspNetCore.Http;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Access;

/// <summary>What a client that asks for a token gets; the token twice, under the names that clients look for.</summary>
internal sealed record TokenAnswer(
    string Token, string AccessToken, int ExpiresIn, DateTimeOffset IssuedAt, string Scope, string? RefreshToken = null);

/// <summary>Makes tokens of logins, and logins of refresh tokens.</summary>
internal sealed class TokenAnswers(Tokens tokens, TokenOwners owners, Permissions permissions, PublicAddress address)
{
    /// <summary>A token with as much of what was asked for as the user may do.</summary>
    public async Task<TokenAnswer> MakeAsync(
        HttpContext context, Login login, string service, IEnumerable<AccessScope> wanted,
        CancellationToken cancellationToken)
    {
        var access = new List<AccessScope>();
        foreach (var scope in wanted)
            if (await GrantAsync(login.Caller, scope, cancellationToken) is { } granted)
                access.Add(granted);
        var token = await tokens.IssueAsync(
            address.RootOf(context.Request), service, login.Owner, access, cancellationToken);
        return new(
            token.Text, token.Text, (int)token.Lifetime.TotalSeconds, token.IssuedAt, string.Join(' ', access));
    }

    /// <summary>A refresh token; null for an anonymous caller, who needs none.</summary>
    public async Task<string?> RefreshAsync(
        HttpContext context, Login login, string service, CancellationToken cancellationToken) =>
        login.Owner is { } owner
            ? await tokens.IssueRefreshAsync(address.RootOf(context.Request), service, owner, cancellationToken)
            : null;

    /// <summary>Whose refresh token it is, with the rights of this moment; null where it is over.</summary>
    public async Task<Login?> FindAsync(
        HttpContext context, string refreshToken, string service, CancellationToken cancellationToken) =>
        await tokens.ReadRefreshAsync(
            refreshToken, address.RootOf(context.Request), service, cancellationToken) is { } owner
        && await owners.FindAsync(owner, isRecent: false, cancellationToken) is { } caller
            ? new(caller, owner)
            : null;

    private async Task<AccessScope?> GrantAsync(
        Caller caller, AccessScope wanted, CancellationToken cancellationToken)
    {
        if (wanted.Is(AccessScope.Catalog))
            return AccessScope.Catalog;
        if (wanted.Type != AccessScope.RepositoryType || !RepositoryName.TryParse(wanted.Name, out var name))
            return null;
        var granted = new List<string>();
        foreach (var action in RepositoryActions.Parse(string.Join(',', wanted.Actions)))
            if (await permissions.AllowAsync(caller, name, action, cancellationToken))
                granted.Add(action.Name);
        return granted.Count == 0 ? null : wanted with { Actions = granted };
    }
}
