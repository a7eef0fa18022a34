using OrleansRegistry.Access;

namespace OrleansRegistry.Storage;

/// <inheritdoc cref="IUserStore"/>
public sealed class UserStore(IDatabase database, TimeProvider clock) : IUserStore
{
    private const string SelectCredentials = """
        select a.id, a.name, a.password_hash, a.is_active, a.generation, r.role
        from account a left join account_role r on r.account_id = a.id
        """;

    private const string InsertUser = """
        insert into account (id, name, password_hash, first_name, last_name, email, is_staff, is_active, created_at)
        values (@id, @name, @hash, @first_name, @last_name, @email, @is_staff, @is_active, @now)
        """;

    private const string InsertRole = """
        insert into account_role (id, account_id, role, created_at) values (@id, @user, @role, @now)
        """;

    private const string InsertFirst = """
        insert into account (id, name, password_hash, created_at) values (@id, @name, @hash, @now) on conflict (name)
        """;

    // Whoever changes what administrators there are waits for the others that do.
    private readonly string _administrators = $"""
        select a.id from account a join account_role r on r.account_id = a.id
        where r.role = '{Role.Admin.Name}' and a.is_active and a.password_hash is not null order by a.id {database.Dialect.ForUpdate}
        """;

    public Task<Credentials?> FindCredentialsAsync(string name, CancellationToken cancellationToken) =>
        FindAsync(new($"{SelectCredentials} where a.name = @name", ("name", name)), cancellationToken);

    public Task<Credentials?> FindCredentialsAsync(Guid id, CancellationToken cancellationToken) =>
        FindAsync(new($"{SelectCredentials} where a.id = @id", ("id", id)), cancellationToken);

    public async Task<Caller?> FindCallerAsync(Guid id, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            new(
                """
                select a.name, r.role from account a left join account_role r on r.account_id = a.id
                where a.id = @id and a.is_active
                """,
                ("id", id)),
            row => (Name: row.String(0), Role: row.StringOrNull(1) is { } role ? Roles.Parse(role) : Role.None),
            cancellationToken);
        return found.Count == 0 ? null : new(id, found[0].Name, Roles.Together(found.Select(one => one.Role)));
    }

    public Task<Guid> CreateAsync(UserSettings settings, string? passwordHash, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        return NameConflict.RefuseAsync(
            () => database.TransactAsync(
                async session =>
                {
                    await session.ExecuteAsync(InsertOf(id, settings, passwordHash), cancellationToken);
                    return id;
                },
                cancellationToken),
            settings.Name);
    }

    public Task<bool> UpdateAsync(
        Guid id,
        UserSettings before,
        UserSettings after,
        PasswordChange? password,
        CancellationToken cancellationToken)
    {
        var changed = ChangedColumns.Between(Columns(before), Columns(after));
        var endsTokens = password is not null || (before.Name, before.IsActive) != (after.Name, after.IsActive);
        return NameConflict.RefuseAsync(
            () => ChangeAsync(
                new Statement(
                    $"""
                    update account set {ChangedColumns.Assignments(changed)}
                      password_hash = case when @changes then @hash else password_hash end,
                      generation = case when @ends then generation + 1 else generation end
                    where id = @id
                    """,
                    [
                        ("id", id), ("hash", password?.Hash), ("changes", password is not null), ("ends", endsTokens),
                        .. changed,
                    ]),
                cancellationToken),
            after.Name);
    }

    public Task<bool> DeleteAsync(Guid id, CancellationToken cancellationToken) =>
        ChangeAsync(new("delete from account where id = @id", ("id", id)), cancellationToken);

    public async Task<Guid> GiveRoleAsync(Guid user, Role role, CancellationToken cancellationToken)
    {
        var id = Guid.CreateVersion7();
        try
        {
            return await database.TransactAsync(
                async session =>
                {
                    await session.ExecuteAsync(RoleOf(id, user, role), cancellationToken);
                    return id;
                },
                cancellationToken);
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.Unique)
        {
            throw new ProblemException(ProblemKind.RoleTaken, "The user has that role already.", role.Name);
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.ForeignKey)
        {
            throw new ProblemException(ProblemKind.NameUnknown, "The user does not exist any more.");
        }
    }

    public Task<bool> TakeRoleAsync(Guid user, Guid assignment, CancellationToken cancellationToken) => ChangeAsync(
        new("delete from account_role where id = @id and account_id = @user", ("id", assignment), ("user", user)),
        cancellationToken);

    public Task CreateFirstAsync(string passwordHash, Action beforeCommit, CancellationToken cancellationToken) =>
        database.TransactAsync(
            async session =>
            {
                if (await HasAdministratorAsync(session, cancellationToken))
                    return false;

                // Of nodes that start together one goes on, and the others wait here for its commit.
                await session.ExecuteAsync(new($"{InsertFirst} do update set name = excluded.name", First(null)), cancellationToken);
                if (await HasAdministratorAsync(session, cancellationToken))
                    return false;
                await session.ExecuteBatchAsync(Restore(passwordHash), cancellationToken);
                beforeCommit();
                return true;
            },
            cancellationToken);

    public Task RestoreFirstAsync(string passwordHash, CancellationToken cancellationToken) =>
        database.TransactAsync(
            session => session.ExecuteBatchAsync(Restore(passwordHash), cancellationToken), cancellationToken);

    private async Task<Credentials?> FindAsync(Statement statement, CancellationToken cancellationToken)
    {
        var found = await database.QueryAsync(
            statement,
            row => new Credentials(
                row.Guid(0), row.String(1), row.StringOrNull(2), row.Bool(3),
                row.StringOrNull(5) is { } role ? Roles.Parse(role) : Role.None, row.Int64(4)),
            cancellationToken);
        return found.Count == 0 ? null : found[0] with { Role = Roles.Together(found.Select(one => one.Role)) };
    }

    private async ValueTask<bool> HasAdministratorAsync(ISession session, CancellationToken cancellationToken) =>
        (await session.QueryAsync(new(_administrators), row => row.Guid(0), cancellationToken)).Count > 0;

    private Statement[] Restore(string passwordHash) =>
    [
        new(
            $"""
            {InsertFirst} do update
            set password_hash = excluded.password_hash, is_active = @active, generation = account.generation + 1
            """,
            [.. First(passwordHash), ("active", true)]),
        new(
            """
            insert into account_role (id, account_id, role, created_at)
            select @id, a.id, @role, @now from account a where a.name = @name
            on conflict do nothing
            """,
            ("id", Guid.CreateVersion7()), ("role", Role.Admin.Name), ("now", clock.GetUtcNow()),
            ("name", IUserStore.FirstUser)),
    ];

    private (string, object?)[] First(string? passwordHash) =>
    [
        ("id", Guid.CreateVersion7()), ("name", IUserStore.FirstUser), ("hash", passwordHash),
        ("now", clock.GetUtcNow()),
    ];

    // A change that would leave nobody to undo it is refused.
    private Task<bool> ChangeAsync(Statement change, CancellationToken cancellationToken) => database.TransactAsync(
        async session =>
        {
            var before = await HasAdministratorAsync(session, cancellationToken);
            var changed = await session.ExecuteAsync(change, cancellationToken);
            return before && !await HasAdministratorAsync(session, cancellationToken)
                ? throw new ProblemException(
                    ProblemKind.LastAdministrator, "That would leave nobody who can log in with the role 'admin'.")
                : changed == 1;
        },
        cancellationToken);

    private Statement InsertOf(Guid id, UserSettings settings, string? hash) => new(
        InsertUser, [("id", id), ("hash", hash), ("now", clock.GetUtcNow()), .. Columns(settings)]);

    private Statement RoleOf(Guid id, Guid user, Role role) => new(
        InsertRole, ("id", id), ("user", user), ("role", role.Name), ("now", clock.GetUtcNow()));

    private static (string, object?)[] Columns(UserSettings settings) =>
    [
        ("name", settings.Name), ("first_name", settings.FirstName), ("last_name", settings.LastName),
        ("email", settings.Email), ("is_staff", settings.IsStaff), ("is_active", settings.IsActive),
    ];
}
