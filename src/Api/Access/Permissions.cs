using OrleansRegistry.Distributions;
using OrleansRegistry.Oci;

namespace OrleansRegistry.Access;

/// <summary>Who may do what to which repository.</summary>
internal sealed class Permissions(IPublicNames names, IUserStore users)
{
    /// <summary>By what the token says, where one came; else by role, by the namespace of one's own name, or because
    /// everybody may.</summary>
    public async ValueTask<bool> AllowAsync(
        Identity identity, RepositoryName name, RepositoryAction action, CancellationToken cancellationToken) =>
        identity.Token is { } token
            ? token.Any(scope => scope.Allows(name.ToString(), action))
            : await AllowAsync(identity.Caller, name, action, cancellationToken);

    /// <inheritdoc cref="AllowAsync(Identity, RepositoryName, RepositoryAction, CancellationToken)"/>
    public async ValueTask<bool> AllowAsync(
        Caller caller, RepositoryName name, RepositoryAction action, CancellationToken cancellationToken) =>
        caller.Role >= action.Least
        || caller.Owns(name)
        || (action is RepositoryAction.Pull && await names.ContainsAsync(name, cancellationToken));

    /// <summary>Which names the caller sees in a list. A token does not tell its user's role: that is looked up.</summary>
    public async ValueTask<CatalogReader> ReaderOfAsync(Identity identity, CancellationToken cancellationToken)
    {
        var (_, name, role) = identity.Caller;
        if (identity.Token is not null && name.Length > 0)
            role = await users.FindCredentialsAsync(name, cancellationToken) is { IsActive: true } user
                ? user.Role
                : Role.None;
        return new(role >= Role.Reader, name);
    }
}
