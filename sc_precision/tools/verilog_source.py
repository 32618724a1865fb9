# SPDX-License-Identifier: Apache-2.0
"""What Verilog text rests on besides itself, by slang's tokens: other files, directives, pragmas, initial values.

Programs read such things differently, or do not say that they read them: a proof by one would then be about another
design than what another one builds. Lexed is the whole text, with what ``ifdef`` leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from operator import itemgetter

from pyslang import BumpAllocator, Diagnostics, SourceManager
from pyslang.parsing import Lexer, Token, TokenKind, TriviaKind
from pyslang.syntax import (
    BinaryExpressionSyntax,
    BlockStatementSyntax,
    DataDeclarationSyntax,
    DeclaratorSyntax,
    ExpressionStatementSyntax,
    IdentifierNameSyntax,
    IdentifierSelectNameSyntax,
    ModuleDeclarationSyntax,
    PortDeclarationSyntax,
    ProceduralBlockSyntax,
    SyntaxKind,
    SyntaxNode,
    SyntaxTree,
)

from sc_precision.arguments import show
from sc_precision.errors import InputError

Finding = tuple[int, str]
"""A line, from 1, and what stands there."""

_DIRECTIVES = ("`default_nettype",)
_FUNCTIONS = ("$signed", "$unsigned")
_PRAGMAS = frozenset(
    "synthesis synopsys pragma verilator slang cadence ambit verific rtl_synthesis altera xilinx exemplar "
    "translate_off translate_on synthesis_off synthesis_on full_case parallel_case lint_off coverage".split()
)
_NO_LETTERS = str.maketrans("/*:,-", "     ")
_READS_NO_FILE = frozenset(
    "$signed $unsigned $past $stable $rose $fell $changed $initstate $clog2 $bits $countones $onehot $onehot0 "
    "$anyconst $anyseq $allconst $allseq $display $write $error $finish $stop $time $random".split()
)
_MEMBERS = (
    SyntaxKind.ContinuousAssign,
    SyntaxKind.NetDeclaration,
    SyntaxKind.AlwaysBlock,
    SyntaxKind.HierarchyInstantiation,
    SyntaxKind.ParameterDeclarationStatement,
    SyntaxKind.EmptyMember,
)


def check_sources(texts: Mapping[str, str]) -> None:
    """Refuse Verilog that says anything but what a design is, by the names of its files.

    That is compiler directives but for ``default_nettype``, attributes, pragmas in comments, system tasks and
    functions but for ``$signed`` and ``$unsigned`` (those that read files among them), generate blocks, control
    characters, and two initial values of one register.

    Raises
    ------
    InputError
        With file and line of the first.
    """
    for name, text in texts.items():
        found = min([*_foreign_tokens(text), *_foreign_initials(text)], key=itemgetter(0), default=None)
        if found is not None:
            line, what = found
            raise InputError(f"{show(name)}, line {line}: {what}; no Verilog of a design may hold that; emit it again")


def reads_files(text: str) -> bool:
    """Whether Verilog may read files that nobody lists: an ``include``, a system task that is not known to read none.

    Also True where a macro is put together of parts, so that its name does not show.
    """
    return any(
        token.rawText == "`include"
        or token.kind is TokenKind.MacroPaste
        or (token.kind is TokenKind.SystemIdentifier and token.rawText not in _READS_NO_FILE)
        for _, token in _tokens(text)
    )


def _tokens(text: str) -> Iterator[tuple[int, Token]]:
    """Every token with its line, the last one being the end of the text; each is good while the next is awaited."""
    manager = SourceManager()
    buffer = manager.assignText("text.v", text)
    allocator, diagnostics = BumpAllocator(), Diagnostics()  # kept for as long as the lexer, which refers to them
    lexer = Lexer(buffer, allocator, diagnostics, manager)
    while True:
        token = lexer.lex()
        yield manager.getLineNumber(token.location), token
        if token.kind is TokenKind.EndOfFile:
            return


def _foreign_tokens(text: str) -> Iterator[Finding]:
    for line, part in enumerate(text.split("\n"), 1):
        if not part.isprintable() and not part.replace("\t", "").isprintable():
            yield line, "a control character"
    before: tuple[Token, Token] | None = None
    last: Token | None = None
    for line, token in _tokens(text):
        yield from _pragmas(line, token)
        if token.kind in (TokenKind.Directive, TokenKind.MacroUsage) and token.rawText not in _DIRECTIVES:
            yield line, f"the directive {show(token.rawText)}"
        if token.kind in (TokenKind.SystemIdentifier, TokenKind.Unknown) and token.rawText not in _FUNCTIONS:
            yield line, f"the system task {show(token.rawText)}"
        if before is not None and token.kind is not TokenKind.CloseParenthesis and _opens_attribute(*before):
            yield line, f"the attribute {show(token.rawText)}"
        before, last = (None if last is None else (last, token)), token


def _pragmas(line: int, token: Token) -> Iterator[Finding]:
    """Comments before a token that tools obey."""
    for trivia in reversed(token.trivia):
        text = trivia.getRawText()
        line -= text.count("\n")
        if trivia.kind in (TriviaKind.LineComment, TriviaKind.BlockComment):
            words = text.lower().translate(_NO_LETTERS).split()
            if words and words[0] in _PRAGMAS:
                yield line, f"the pragma {show(text)}"


def _opens_attribute(first: Token, second: Token) -> bool:
    return first.kind is TokenKind.OpenParenthesis and second.kind is TokenKind.Star and not second.trivia


def _foreign_initials(text: str) -> Iterator[Finding]:
    tree = SyntaxTree.fromText(text)
    for error in tree.diagnostics:
        if error.isError():
            yield int(tree.sourceManager.getLineNumber(error.location)), "slang does not parse this"
    modules = [tree.root] if isinstance(tree.root, ModuleDeclarationSyntax) else list(getattr(tree.root, "members", ()))
    for module in modules:
        if not isinstance(module, ModuleDeclarationSyntax):
            yield _line(tree, module), f"{_words(module)} outside of modules"
            continue
        given: dict[str, set[str]] = {}
        for node, name, place in _initial_values(module):
            places = given.setdefault(name, set())
            if place is None:
                yield _line(tree, node), f"no plain initial value, {_words(node)}"
            elif places & {place, ""} or (places and not place):
                yield _line(tree, node), f"a second initial value of {show(name + place)}"
            places.add(place or "")


def _initial_values(module: ModuleDeclarationSyntax) -> Iterator[tuple[SyntaxNode, str, str | None]]:
    """Nodes that give an initial value: of which register, at which address; None for what is no such value."""
    declared: list[DeclaratorSyntax] = []
    assigned: list[SyntaxNode] = []
    module.header.visit(lambda node: declared.append(node) if isinstance(node, DeclaratorSyntax) else None)
    for member in module.members:
        match member:
            case DataDeclarationSyntax() | PortDeclarationSyntax():
                declared += [each for each in member.declarators if isinstance(each, DeclaratorSyntax)]
            case ProceduralBlockSyntax() if member.kind is SyntaxKind.InitialBlock:
                assigned += _statements(member.statement)
            case _ if member.kind not in _MEMBERS:
                yield member, "", None
    for node in declared:
        if node.initializer is not None:
            yield node, node.name.valueText, ""
    for statement in assigned:
        yield (statement, *_assigned(statement))


def _statements(statement: SyntaxNode) -> Iterator[SyntaxNode]:
    if isinstance(statement, BlockStatementSyntax):
        for each in statement.items:
            yield from _statements(each)
    else:
        yield statement


def _assigned(statement: SyntaxNode) -> tuple[str, str | None]:
    """The register and the address, empty for all of it, that a statement gives a value."""
    expression = statement.expr if isinstance(statement, ExpressionStatementSyntax) else None
    if not isinstance(expression, BinaryExpressionSyntax) or expression.kind is not SyntaxKind.AssignmentExpression:
        return "", None
    match expression.left:
        case IdentifierNameSyntax(identifier=register):
            return register.valueText, ""
        case IdentifierSelectNameSyntax(identifier=register, selectors=selectors) if len(selectors) == 1:
            address = str(selectors[0]).strip(" []")
            return register.valueText, f"[{int(address)}]" if address.isdigit() else None
    return "", None


def _line(tree: SyntaxTree, node: SyntaxNode) -> int:
    return int(tree.sourceManager.getLineNumber(node.getFirstToken().location))


def _words(node: SyntaxNode) -> str:
    return show(" ".join(str(node).split())[:60])
