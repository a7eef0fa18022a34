namespace OrleansRegistry.Storage;

/// <summary>Turns a broken constraint into the refusal that a caller can act on.</summary>
internal static class NameConflict
{
    public static async Task<T> RefuseAsync<T>(Func<Task<T>> change, string name)
    {
        try
        {
            return await change();
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.Unique)
        {
            throw IsOn(violation, "base_path")
                ? new ProblemException(ProblemKind.BasePathTaken, "This field must be unique.", name)
                : IsOn(violation, "name")
                ? new ProblemException(ProblemKind.NameTaken, "This field must be unique.", name)
                : new ProblemException(
                    ProblemKind.Outdated, $"Somebody changed '{name}' at the same time; look again, and repeat.", name);
        }
        catch (ConstraintViolationException violation) when (violation.Kind is ConstraintKind.ForeignKey)
        {
            throw new ProblemException(
                ProblemKind.Outdated,
                $"Something that '{name}' refers to was deleted at the same time; name another one, or none.",
                name);
        }
    }

    // "remote_name_key" on PostgreSQL, "remote.name" on SQLite.
    private static bool IsOn(ConstraintViolationException violation, string column) =>
        violation.Constraint == $"{violation.Table}.{column}"
        || violation.Constraint == $"{violation.Table}_{column}_key";
}
