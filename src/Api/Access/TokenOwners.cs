namespace OrleansRegistry.Access;

/// <summary>
/// Whom a token still stands for: the user as he is now, or nobody where he is gone, may not log in any more, or has
/// changed his password or his name since. Another user of the same name is another user.
/// </summary>
internal sealed class TokenOwners(IUserStore users, TimeProvider clock)
{
    private readonly RecentAnswers<Guid, Credentials?> _recent = new(clock, id => users.FindCredentialsAsync(id));

    /// <summary>The owner with the rights of this moment; null where the token is over.</summary>
    /// <param name="owner">What the token says, or null for an anonymous one.</param>
    /// <param name="isRecent">Whether the answer may be a second old.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<Caller?> FindAsync(TokenOwner? owner, bool isRecent, CancellationToken cancellationToken)
    {
        if (owner is null)
            return Caller.Anonymous;
        var user = isRecent
            ? await _recent.GetAsync(owner.Id, cancellationToken)
            : await users.FindCredentialsAsync(owner.Id, cancellationToken);
        return user is { IsActive: true } && user.Generation == owner.Generation
            ? new(user.User, user.Name, user.Role)
            : null;
    }
}
