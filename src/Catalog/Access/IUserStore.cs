namespace OrleansRegistry.Access;

/// <summary>Users and their roles. Always read from the catalogue: a right withdrawn is withdrawn at once.</summary>
public interface IUserStore
{
    /// <summary>The name of the user that the first start creates.</summary>
    const string FirstUser = "admin";

    /// <summary>What it takes to log in as a user; null where there is none of that name.</summary>
    Task<Credentials?> FindCredentialsAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>The same for a user's id, which no later user of the same name has.</summary>
    Task<Credentials?> FindCredentialsAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>A user as he is now; null where he is gone, or not active.</summary>
    Task<Caller?> FindCallerAsync(Guid id, CancellationToken cancellationToken = default);

    /// <exception cref="ProblemException">The name is taken.</exception>
    Task<Guid> CreateAsync(
        UserSettings settings, string? passwordHash, CancellationToken cancellationToken = default);

    /// <summary>
    /// Changes a user where the settings differ, so that nothing else is written over; the password only where a change of it is
    /// given.
    /// </summary>
    /// <returns>False where there is no such user.</returns>
    /// <exception cref="ProblemException">The name is taken, or no administrator would be left.</exception>
    Task<bool> UpdateAsync(
        Guid id,
        UserSettings before,
        UserSettings after,
        PasswordChange? password,
        CancellationToken cancellationToken = default);

    /// <returns>False where there is no such user.</returns>
    /// <exception cref="ProblemException">No administrator would be left.</exception>
    Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken = default);

    /// <exception cref="ProblemException">The user has the role already, or is gone.</exception>
    Task<Guid> GiveRoleAsync(Guid user, Role role, CancellationToken cancellationToken = default);

    /// <returns>False where the user has no such role.</returns>
    /// <exception cref="ProblemException">No administrator would be left.</exception>
    Task<bool> TakeRoleAsync(Guid user, Guid assignment, CancellationToken cancellationToken = default);

    /// <summary>Makes the first user an administrator where nobody is one who can log in.</summary>
    /// <param name="passwordHash">Of the password.</param>
    /// <param name="beforeCommit">Runs where that will be done; what it keeps must not be lost afterwards. It
    /// may run more than once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task CreateFirstAsync(string passwordHash, Action beforeCommit, CancellationToken cancellationToken = default);

    /// <summary>Makes the first user an administrator with that password, whatever was before.</summary>
    Task RestoreFirstAsync(string passwordHash, CancellationToken cancellationToken = default);
}

/// <summary>A new password's hash, or null for none.</summary>
public sealed record PasswordChange(string? Hash);
